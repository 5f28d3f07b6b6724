/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAGERCTL_COMMANDS_H
#define DPAGERCTL_COMMANDS_H

/* One file each; argv[0] is the command's word, the exit code is returned. */
int status_command(int argc, char **argv);
int watch_command(int argc, char **argv);
int store_command(int argc, char **argv);
int store_show(int argc, char **argv);
int store_quota(int argc, char **argv);
int segment_command(int argc, char **argv);
int segment_add(int argc, char **argv);
int segment_remove(int argc, char **argv);
int segment_resize(int argc, char **argv);
int segment_drain(int argc, char **argv);
int segment_use(int argc, char **argv);
int segment_reserve(int argc, char **argv);
int object_command(int argc, char **argv);
int object_pages(int argc, char **argv);
int object_out(int argc, char **argv);
int object_in(int argc, char **argv);
int object_drop(int argc, char **argv);
int object_stores(int argc, char **argv);
int info_command(int argc, char **argv);
int wait_command(int argc, char **argv);
int alert_command(int argc, char **argv);
int check_command(int argc, char **argv);
int map_command(int argc, char **argv);
int evacuate_command(int argc, char **argv);
int delete_command(int argc, char **argv);

#endif
