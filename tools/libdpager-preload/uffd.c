// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * userfaultfd(2), which has no function of libc's: dpager's descriptor instead of the
 * kernel's, that objects cannot be registered with. For this syscall() is ours.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "failure.h"
#include "object.h"
#include "settings.h"

/* As <linux/userfaultfd.h> of kernels since 6.1 has it. */
#ifndef USERFAULTFD_IOC_NEW
#define USERFAULTFD_IOC_NEW	_IO(0xAA, 0x00)
#endif

#ifdef __x86_64__

/* Nobody's function lies between: this is called before there is any memory. */
static long enter_kernel(long number, const long *a)
{
	register long fourth __asm__("r10") = a[3];
	register long fifth __asm__("r8") = a[4];
	register long sixth __asm__("r9") = a[5];
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(fourth), "r"(fifth),
			   "r"(sixth)
			 : "rcx", "r11", "memory");
	if (result >= 0 || result < -4095)
		return result;
	errno = -result;
	return -1;
}

static int userfaultfd(long flags)
{
	int pager, fd, error;

	if (failure_of_settings())
		return -1;
	pager = pager_open();
	if (pager < 0)
		return -1;
	fd = ioctl(pager, USERFAULTFD_IOC_NEW, flags);
	error = errno;
	if (fd < 0)
		failure("a userfaultfd", "", strerrordesc_np(error));
	syscall(SYS_close, pager);
	errno = error;
	return fd;
}

long syscall(long number, ...)
{
	int error = errno;
	va_list list;
	long a[6];
	long fd;
	int i;

	va_start(list, number);
	for (i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number != SYS_userfaultfd || !settings()->userfaultfd)
		return enter_kernel(number, a);
	fd = userfaultfd(a[0]);
	if (fd >= 0 || settings()->strict)
		return fd;
	errno = error;
	return enter_kernel(number, a);
}

#endif
