// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "proc.h"
#include "parity.h"

#define WORDS		6
#define TREE		(64 << 10)

/* A call, and what it told. */
struct order {
	char text[1024];
	char *word[WORDS];
	int words;
	uid_t uid;
	char *told;		/* shared with children */
};

/* --- what there is ------------------------------------------------------ */

struct tree {
	char *at, *end;
	ino_t first[512];	/* inodes seen, so that links are */
	unsigned int nr;
};

static void tree_say(struct tree *tree, const char *fmt, ...) TAP_PRINTF(2, 3);

static void tree_say(struct tree *tree, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	tree->at += vsnprintf(tree->at, tree->end - tree->at, fmt, args);
	va_end(args);
	if (tree->at >= tree->end)
		bail("the tree is too large");
}

static unsigned int tree_inode(struct tree *tree, ino_t inode)
{
	unsigned int i;

	for (i = 0; i < tree->nr; i++)
		if (tree->first[i] == inode)
			return i;
	if (tree->nr == 512)
		bail("too many inodes");
	tree->first[tree->nr++] = inode;
	return i;
}

static void tree_entry(struct tree *tree, const char *path)
{
	char target[PATH_MAX];
	struct stat st;
	ssize_t length;

	if (lstat(path, &st)) {
		tree_say(tree, "%s: %s\n", path, strerrorname_np(errno));
		return;
	}
	tree_say(tree, "%s #%u %o %u %u:%u size %lld", path, tree_inode(tree, st.st_ino),
		 st.st_mode, (unsigned int)st.st_nlink, st.st_uid, st.st_gid,
		 (long long)st.st_size);
	if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		tree_say(tree, " dev %u:%u", major(st.st_rdev), minor(st.st_rdev));
	if (S_ISLNK(st.st_mode)) {
		length = readlink(path, target, sizeof(target) - 1);
		target[length < 0 ? 0 : length] = 0;
		tree_say(tree, " -> %.40s", target);
	}
	tree_say(tree, "\n");
}

static int not_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

static void tree_walk(struct tree *tree, const char *path)
{
	struct dirent **entries;
	char name[PATH_MAX];
	struct stat st;
	int i, count;

	tree_entry(tree, path);
	if (lstat(path, &st) || !S_ISDIR(st.st_mode))
		return;
	count = scandir(path, &entries, not_dots, alphasort);
	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s/%s", path, entries[i]->d_name);
		tree_walk(tree, name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
}

static void tree_of(const char *place, char *text)
{
	struct tree tree = { .at = text, .end = text + TREE };

	if (chdir(place))
		bail("chdir %s", place);
	*text = 0;
	tree_walk(&tree, ".");
}

/* --- verbs -------------------------------------------------------------- */

static const char *word(const struct order *order, int i)
{
	return i < order->words ? order->word[i] : "";
}

static mode_t mode_of(const char *text)
{
	return strtoul(text, NULL, 8);
}

static int fails(int result)
{
	return result < 0 ? errno : 0;
}

static int do_mkdir(struct order *order)
{
	return fails(mkdir(word(order, 1), mode_of(word(order, 2))));
}

static int do_rmdir(struct order *order)
{
	return fails(rmdir(word(order, 1)));
}

static int open_close(const char *name, int flags, mode_t mode)
{
	int fd = open(name, flags, mode), error = fails(fd);

	if (fd >= 0)
		close(fd);
	return error;
}

static int do_creat(struct order *order)
{
	return open_close(word(order, 1), O_CREAT | O_EXCL | O_RDWR, mode_of(word(order, 2)));
}

static int do_read(struct order *order)
{
	return open_close(word(order, 1), O_RDONLY | O_NONBLOCK, 0);
}

static int do_write(struct order *order)
{
	return open_close(word(order, 1), O_RDWR | O_NONBLOCK, 0);
}

static int do_mknod(struct order *order)
{
	static const struct {
		char letter;
		mode_t kind;
	} kinds[] = {
		{ 'p', S_IFIFO }, { 'c', S_IFCHR }, { 'b', S_IFBLK }, { 's', S_IFSOCK },
		{ 'f', S_IFREG },
	};
	mode_t mode = mode_of(word(order, 3));
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].letter == *word(order, 2))
			mode |= kinds[i].kind;
	return fails(mknod(word(order, 1), mode, makedev(1, 3)));
}

static int do_link(struct order *order)
{
	return fails(link(word(order, 1), word(order, 2)));
}

static int do_unlink(struct order *order)
{
	return fails(unlink(word(order, 1)));
}

static int do_symlink(struct order *order)
{
	return fails(symlink(word(order, 1), word(order, 2)));
}

static int do_rename(struct order *order)
{
	const char *letter = word(order, 3);
	unsigned int flags = 0;

	for (; *letter; letter++)
		flags |= *letter == 'n' ? RENAME_NOREPLACE : *letter == 'x' ? RENAME_EXCHANGE :
			 *letter == 'w' ? RENAME_WHITEOUT : 1U << 10;
	return fails(renameat2(AT_FDCWD, word(order, 1), AT_FDCWD, word(order, 2), flags));
}

static int do_chmod(struct order *order)
{
	return fails(chmod(word(order, 1), mode_of(word(order, 2))));
}

static int do_chown(struct order *order)
{
	return fails(lchown(word(order, 1), atoi(word(order, 2)), atoi(word(order, 3))));
}

/* Its link count, unlinked or not, is told. */
static int do_tmpfile(struct order *order)
{
	int fd = open(word(order, 1), O_TMPFILE | O_RDWR, 0640), error = fails(fd);
	struct stat st;

	if (fd < 0)
		return error;
	if (order->words > 2)
		error = fails(linkat(fd, "", AT_FDCWD, word(order, 2), AT_EMPTY_PATH));
	fstat(fd, &st);
	sprintf(order->told, "%o links %u", st.st_mode, (unsigned int)st.st_nlink);
	close(fd);
	return error;
}

static int do_setx(struct order *order)
{
	int flags = *word(order, 4) == 'c' ? XATTR_CREATE : *word(order, 4) == 'r' ?
			XATTR_REPLACE : 0;

	return fails(lsetxattr(word(order, 1), word(order, 2), word(order, 3),
			       strlen(word(order, 3)), flags));
}

static int do_getx(struct order *order)
{
	char value[512] = "";
	ssize_t length = lgetxattr(word(order, 1), word(order, 2), value, sizeof(value) - 1);

	if (length < 0)
		return errno;
	sprintf(order->told, "%zd %s", length, value);
	return 0;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(*(char * const *)one, *(char * const *)other);
}

static int do_listx(struct order *order)
{
	char names[4096], *sorted[64], *name;
	ssize_t length = llistxattr(word(order, 1), names, sizeof(names));
	int count = 0, i;

	if (length < 0)
		return errno;
	for (name = names; name < names + length && count < 64; name += strlen(name) + 1)
		sorted[count++] = name;
	qsort(sorted, count, sizeof(*sorted), by_name);
	for (i = 0; i < count; i++)
		sprintf(order->told + strlen(order->told), " %s", sorted[i]);
	return 0;
}

static int do_rmx(struct order *order)
{
	return fails(lremovexattr(word(order, 1), word(order, 2)));
}

static int do_stat(struct order *order)
{
	struct stat st;
	int error = fails(stat(word(order, 1), &st));

	if (!error)
		sprintf(order->told, "%o %u %lld", st.st_mode, (unsigned int)st.st_nlink,
			(long long)st.st_size);
	return error;
}

static int do_list(struct order *order)
{
	struct dirent **entries;
	int i, count = scandir(word(order, 1), &entries, NULL, alphasort);

	if (count < 0)
		return errno;
	for (i = 0; i < count; i++) {
		sprintf(order->told + strlen(order->told), " %s/%d", entries[i]->d_name,
			entries[i]->d_type);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static int do_umask(struct order *order)
{
	umask(mode_of(word(order, 1)));
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct order *order);
} verbs[] = {
	{ "mkdir", do_mkdir }, { "rmdir", do_rmdir }, { "creat", do_creat },
	{ "read", do_read }, { "write", do_write }, { "mknod", do_mknod },
	{ "link", do_link }, { "unlink", do_unlink }, { "symlink", do_symlink },
	{ "rename", do_rename }, { "chmod", do_chmod }, { "chown", do_chown },
	{ "tmpfile", do_tmpfile }, { "setx", do_setx }, { "getx", do_getx },
	{ "listx", do_listx }, { "rmx", do_rmx }, { "stat", do_stat }, { "list", do_list },
	{ "umask", do_umask },
};

/* --- a call ------------------------------------------------------------- */

static void order_parse(struct order *order, const char *fmt, va_list args)
{
	char *rest = order->text, *next;

	vsnprintf(order->text, sizeof(order->text), fmt, args);
	order->words = 0;
	order->uid = 0;
	while ((next = strsep(&rest, " "))) {
		if (order->words == WORDS)
			bail("too many words");
		order->word[order->words++] = next;
		if (order->words == 2 && !strcmp(order->word[0], "as")) {
			order->uid = atoi(next);
			order->words = 0;
		}
	}
	if (!order->told)
		order->told = shared_memory(1 << 14);
	*order->told = 0;
}

static int order_verb(void *argument)
{
	struct order *order = argument;
	unsigned int i;

	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(verbs[i].name, order->word[0]))
			return verbs[i].run(order);
	bail("no verb %s", order->word[0]);
}

static int order_run(struct order *order, const char *place)
{
	*order->told = 0;
	if (chdir(place))
		bail("chdir %s", place);
	return order->uid ? proc_run_as(order->uid, order_verb, order) : order_verb(order);
}

static void diag_lines(char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")))
		if (*line)
			diag("  %s", line);
}

static bool order_both(struct order *order, const char *title, const int *want)
{
	static char trees[2][TREE], told[1 << 14];
	int first, second;
	bool good;

	first = order_run(order, PARITY_TMPFS);
	strcpy(told, order->told);
	second = order_run(order, PARITY_DPAGER);
	tree_of(PARITY_TMPFS, trees[0]);
	tree_of(PARITY_DPAGER, trees[1]);
	good = first == second && !strcmp(told, order->told) && !strcmp(trees[0], trees[1]) &&
	       (!want || first == *want);
	ok(good, "%s: %s%s", title, first ? strerrorname_np(first) : "done", told);
	if (good)
		return true;
	diag("tmpfs: %s %s", first ? strerrorname_np(first) : "done", told);
	diag_lines(trees[0]);
	diag("dpagerfs: %s %s", second ? strerrorname_np(second) : "done", order->told);
	diag_lines(trees[1]);
	return false;
}

static struct order order;
static char title[1024];
static bool only_second;

void parity_only_ours(bool only)
{
	only_second = only;
}

/* The call at hand, and how results name it. */
static void order_take(const char *fmt, va_list args)
{
	va_list again;

	va_copy(again, args);
	vsnprintf(title, sizeof(title), fmt, again);
	va_end(again);
	order_parse(&order, fmt, args);
}

static bool order_ours(int want)
{
	return ok_errno(order_run(&order, PARITY_DPAGER), want, "dpagerfs: %s", title);
}

bool parity(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	order_take(fmt, args);
	va_end(args);
	return order_both(&order, title, NULL);
}

bool parity_errno(int want, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	order_take(fmt, args);
	va_end(args);
	if (only_second)
		return order_ours(want);
	return order_both(&order, title, &want);
}

bool parity_ours(int want, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	order_take(fmt, args);
	va_end(args);
	return order_ours(want);
}

int parity_call(const char *place, const char *fmt, ...)
{
	static struct order single;
	va_list args;

	va_start(args, fmt);
	order_parse(&single, fmt, args);
	va_end(args);
	return order_run(&single, place);
}

/* --- mounts ------------------------------------------------------------- */

void parity_place(const char *place)
{
	char path[PATH_MAX], *slash;

	snprintf(path, sizeof(path), "%s", place);
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0755);
		*slash = '/';
	}
	if (mkdir(path, 0755) && errno != EEXIST)
		bail("mkdir %s", path);
}

int parity_mount(const char *type, const char *place, const char *options)
{
	parity_place(place);
	return fails(mount(type, place, type, 0, options));
}

int parity_unmount(const char *place)
{
	if (chdir("/"))
		bail("chdir /");
	return fails(umount(place));
}

void parity_open(const char *options, const char *store)
{
	char with[1024];

	umask(022);
	snprintf(with, sizeof(with), "%s%s%s%s", options, store && *options ? "," : "",
		 store ? "store=" : "", store ? store : "");
	if (parity_mount("tmpfs", PARITY_TMPFS, options) ||
	    parity_mount("dpagerfs", PARITY_DPAGER, with))
		bail("cannot mount with %s", with);
}

void parity_close(void)
{
	ok_errno(parity_unmount(PARITY_TMPFS), 0, "tmpfs: unmounted");
	ok_errno(parity_unmount(PARITY_DPAGER), 0, "dpagerfs: unmounted");
}
