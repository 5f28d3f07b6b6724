// SPDX-License-Identifier: GPL-2.0
/*
 * OBJECT_LINK: an object that was made without a name becomes a file, without
 * copying, coherent with its descriptors and mappings.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dp.h"
#include "mounted.h"
#include "proc.h"
#include "parity.h"

#define PLACE	"/mounted"
#define PAGES	256ULL

static struct dp_scene scene;
static int directory;

static int link_to(int object, int where, uint32_t mode, struct dpager_object_link *link)
{
	*link = (struct dpager_object_link) { .directory = where, .mode = mode, .fd = -1 };
	return dp_call(object, DPAGER_IOC_OBJECT_LINK, link, sizeof(*link));
}

static int name(int fd, const char *path)
{
	return linkat(fd, "", AT_FDCWD, path, AT_EMPTY_PATH) ? errno : 0;
}

static void refused(void)
{
	struct dpager_object_open open_ = { .flags = DPAGER_OBJECT_RDONLY };
	struct dpager_object_link link;
	struct dp_area area;
	int other = open("/", O_RDONLY), file = open(PLACE "/f", O_CREAT | O_RDWR, 0644);

	dp_area_open(&area, scene.pager, PAGES);
	ok_dp(link_to(area.fd, -1, 0644, &link), EBADF, DPAGER_DETAIL_DIRECTORY, "no descriptor");
	ok_dp(link_to(area.fd, other, 0644, &link), ENOTDIR, DPAGER_DETAIL_DIRECTORY,
	      "a directory elsewhere");
	ok_dp(link_to(area.fd, file, 0644, &link), ENOTDIR, DPAGER_DETAIL_DIRECTORY, "a file");
	ok_dp(link_to(area.fd, directory, 04755, &link), EINVAL, DPAGER_DETAIL_ACCESS,
	      "more than permissions");
	link = (struct dpager_object_link) { .directory = directory, .reserved = 1 };
	ok_dp(dp_call(area.fd, DPAGER_IOC_OBJECT_LINK, &link, sizeof(link)), EINVAL,
	      DPAGER_DETAIL_RESERVED, "a reserved field");
	ok_dp(link_to(file, directory, 0644, &link), EBUSY, DPAGER_DETAIL_IN_USE,
	      "what is a file already");
	ok_errno(link_to(scene.pager, directory, 0644, &link), ENOTTY, "a pager");
	open_.id = area.id;
	dp_call(scene.pager, DPAGER_IOC_OBJECT_OPEN, &open_, sizeof(open_));
	ok_dp(link_to(open_.fd, directory, 0644, &link), EACCES, DPAGER_DETAIL_MODE,
	      "an object open for reading");
	close(open_.fd);
	ok_equal(mounted_room(PLACE).files_used, 2, "nothing is left: files");
	ok_equal(mounted_room(PLACE).used, 0, "pages");
	dp_area_close(&area);
	close(file);
	close(other);
	unlink(PLACE "/f");
}

static void linked(void)
{
	struct dpager_object_link link;
	struct dpager_object_info info;
	struct dp_area area, file;
	struct stat st;

	dp_area_open(&area, scene.pager, PAGES);
	stamp_fill(area.map, area.id, 0, PAGES / 2, 1);
	dp_page_out(area.fd);
	stamp_fill(area.map, area.id, PAGES / 4, PAGES / 2, 1);
	ok_dp(link_to(area.fd, directory, 0666, &link), 0, DPAGER_DETAIL_NONE, "linked");
	fstat(link.fd, &st);
	ok_equal(st.st_mode, S_IFREG | 0644, "its mode, less the umask");
	ok_equal(st.st_nlink, 0, "no name yet");
	ok_equal(st.st_size, PAGES * PAGE, "its size");
	ok_equal(st.st_blocks, PAGES * 3 / 4 * PAGE / 512, "its blocks");
	ok_equal(mounted_room(PLACE).used, PAGES * 3 / 4, "its pages count");
	ok_errno(name(link.fd, PLACE "/file"), 0, "a name");
	ok_errno(name(link.fd, PLACE "/file"), EEXIST, "which it has now");
	ok_errno(name(link.fd, PLACE "/other"), 0, "another name");
	close(link.fd);
	mounted_area_again(&file, PLACE "/file");
	ok_equal(file.id, area.id, "it is the object");
	ok_equal(stamp_verify(file.map, area.id, 0, PAGES * 3 / 4, 1), 0, "and reads as it");
	stamp_fill(file.map, area.id, 0, PAGES, 2);
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 2), 0, "what one writes, the other reads");
	dp_page_out(area.fd);
	ok_equal(stamp_verify(file.map, area.id, 0, PAGES, 2), 0, "from backing store, too");
	stamp_fill(area.map, area.id, 0, PAGES, 3);
	dp_page_out(file.fd);
	dp_object_info(file.fd, &info);
	ok_equal(info.paged_out, PAGES * PAGE, "paged out by the file");
	futimens(file.fd, (struct timespec[]){ { 1, 0 }, { 1, 0 } });
	ok_errno(dp_control(file.fd, DPAGER_CONTROL_DROP, 0, PAGE, NULL), 0, "a page is dropped");
	fstat(file.fd, &st);
	ok(st.st_mtim.tv_sec > 1, "which changes the file");
	stamp_fill(file.map, file.id, 0, 1, 3);
	dp_area_close(&area);
	ok_equal(stamp_verify(file.map, file.id, 0, PAGES, 3), 0, "the object's descriptor goes");
	dp_area_close(&file);
	mounted_area_again(&file, PLACE "/other");
	ok_equal(stamp_verify(file.map, file.id, 0, PAGES, 3), 0, "and the file's: the name keeps it");
	dp_area_close(&file);
	ok_equal(mounted_room(PLACE).used, PAGES, "every page counts once");
	unlink(PLACE "/file");
	unlink(PLACE "/other");
	dp_settle(scene.pager);
	ok_equal(mounted_room(PLACE).used, 0, "unlinked, none");
}

/* Who has the object gets at it by the file's permissions, and no others. */
static int opens_again(void *object)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", *(int *)object);
	fd = open(path, O_RDONLY);
	return fd < 0 ? errno : 0;
}

static void permissions(void)
{
	struct dpager_object_link link;
	struct dp_area area;
	struct stat st;

	dp_area_open(&area, scene.pager, PAGES);
	if (fchown(area.fd, PROC_NOBODY, PROC_NOBODY))
		bail("fchown");
	ok_errno(proc_run_as(PROC_NOBODY, opens_again, &area.fd), 0, "an object's owner opens it");
	if (link_to(area.fd, directory, 0600, &link))
		bail("link");
	ok_errno(proc_run_as(PROC_NOBODY, opens_again, &area.fd), EACCES,
		 "not once it is root's file");
	fstat(area.fd, &st);
	ok_equal(st.st_mode, S_IFREG, "no permissions of its own");
	ok_errno(fchmod(area.fd, 0644) ? errno : 0, EPERM, "nor can they be given");
	ok_errno(mount("dpager", PLACE, "dpagerfs", MS_REMOUNT | MS_RDONLY, "") ? errno : 0, EBUSY,
		 "its descriptor writes to the mount");
	close(link.fd);
	dp_area_close(&area);
	dp_settle(scene.pager);
}

/* Names come and go while the object stays. */
static void again(void)
{
	struct dpager_object_link link, other;
	struct dp_area area;
	int second;

	mounted("/second", "");
	second = open("/second", O_RDONLY);
	dp_area_open(&area, scene.pager, PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	if (link_to(area.fd, directory, 0600, &link))
		bail("link");
	ok_dp(link_to(area.fd, directory, 0600, &other), EBUSY, DPAGER_DETAIL_IN_USE, "twice");
	ok_errno(name(link.fd, "/second/x"), EXDEV, "named on another mount");
	close(link.fd);
	ok_equal(mounted_room(PLACE).files_used, 1, "never named, the file is gone");
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "but not the object");
	ok_dp(link_to(area.fd, second, 0600, &other), EBUSY, DPAGER_DETAIL_IN_USE,
	      "which stays with its mount");
	ok_dp(link_to(area.fd, directory, 0600, &link), 0, DPAGER_DETAIL_NONE, "linked there again");
	ok_errno(name(link.fd, PLACE "/x"), 0, "and named");
	close(link.fd);
	unlink(PLACE "/x");
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "unlinked, it stays");
	ok_equal(mounted_room(PLACE).used, PAGES, "and counts");
	dp_area_close(&area);
	dp_settle(scene.pager);
	ok_equal(mounted_room(PLACE).used, 0, "until it ends");
	close(second);
	ok_errno(parity_unmount("/second"), 0, "the other mount");
}

static void limits(void)
{
	struct dpager_object_link link;
	struct dp_area area;

	dp_area_open(&area, scene.pager, 2 * PAGES);
	stamp_fill(area.map, area.id, 0, PAGES + 1, 1);
	mounted_change(PLACE, "size=1m");
	ok_dp(link_to(area.fd, directory, 0600, &link), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "a page more than the size");
	ok_equal(mounted_room(PLACE).used, 0, "nothing counts");
	dp_page_out(area.fd);
	ok_dp(link_to(area.fd, directory, 0600, &link), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "nor paged out, and folded");
	mounted_change(PLACE, "size=0,nr_inodes=1");
	ok_dp(link_to(area.fd, directory, 0600, &link), ENOSPC, DPAGER_DETAIL_NO_SPACE,
	      "no inode is left");
	ok_equal(mounted_room(PLACE).used, 0, "nothing counts");
	mounted_change(PLACE, "size=2m,nr_inodes=2");
	ok_dp(link_to(area.fd, directory, 0600, &link), 0, DPAGER_DETAIL_NONE, "there is room");
	ok_equal(mounted_room(PLACE).used, PAGES + 1, "what was paged out counts");
	stamp_fill(area.map, area.id, PAGES + 1, PAGES - 1, 1);
	ok_equal(mounted_room(PLACE).used, 2 * PAGES, "and what comes");
	mounted_change(PLACE, "size=0,nr_inodes=0");
	close(link.fd);
	dp_area_close(&area);
	dp_settle(scene.pager);
}

static int links_as(void *object)
{
	struct dpager_object_link link;

	return link_to(*(int *)object, directory, 0600, &link);
}

static void who(void)
{
	struct dpager_object_link link;
	struct dp_area area;

	dp_area_open(&area, scene.pager, PAGES);
	chmod(PLACE, 0755);
	ok_errno(proc_run_as(PROC_NOBODY, links_as, &area.fd), EACCES, "nobody in root's directory");
	chmod(PLACE, 01777);
	ok_errno(proc_run_as(PROC_NOBODY, links_as, &area.fd), 0, "in everybody's");
	/* A file of nobody's, which has closed it. */
	dp_area_close(&area);
	dp_settle(scene.pager);
	dp_area_open(&area, scene.pager, PAGES);
	mount("dpager", PLACE, "dpagerfs", MS_REMOUNT | MS_RDONLY, "");
	ok_dp(link_to(area.fd, directory, 0600, &link), EROFS, DPAGER_DETAIL_DIRECTORY,
	      "mounted read-only");
	mounted_change(PLACE, "");
	dp_area_close(&area);
	dp_settle(scene.pager);
}

/* The mount goes, the object stays, and the other way round. */
static void outlives(void)
{
	struct dpager_object_link link;
	struct dp_area area;

	dp_area_open(&area, scene.pager, PAGES);
	stamp_fill(area.map, area.id, 0, PAGES, 1);
	if (link_to(area.fd, directory, 0600, &link) || name(link.fd, PLACE "/stays"))
		bail("link");
	close(directory);
	ok_errno(parity_unmount(PLACE), EBUSY, "the file is open");
	close(link.fd);
	ok_errno(parity_unmount(PLACE), 0, "unmounted");
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 1), 0, "the object goes on");
	stamp_fill(area.map, area.id, 0, PAGES, 2);
	dp_page_out(area.fd);
	ok_equal(stamp_verify(area.map, area.id, 0, PAGES, 2), 0, "out and in");
	dp_area_close(&area);
	dp_settle(scene.pager);
}

int main(void)
{
	dp_scene_open(&scene, "/dev/vda", 16 * MiB);
	umask(022);
	mounted(PLACE, "nr_inodes=100");
	directory = open(PLACE, O_RDONLY | O_DIRECTORY);
	refused();
	linked();
	permissions();
	again();
	limits();
	who();
	outlives();
	dp_scene_close(&scene);
	return tap_done();
}
