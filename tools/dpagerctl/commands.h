/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_COMMANDS_H
#define DPAGERCTL_COMMANDS_H

/* One file each; argv[0] is the command's word, the exit code is returned. */
int store_command(int argc, char **argv);
int segment_command(int argc, char **argv);
int segment_add(int argc, char **argv);
int segment_remove(int argc, char **argv);
int object_command(int argc, char **argv);
int object_pages(int argc, char **argv);
int object_out(int argc, char **argv);
int object_in(int argc, char **argv);
int object_drop(int argc, char **argv);
int info_command(int argc, char **argv);

#endif
