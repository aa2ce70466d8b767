/*
 * Preloaded into a server: lets one write or sync of the files below a path fail. The environment says which.
 *   FAULT_PATH   the beginning of the paths of the files
 *   FAULT_AT     the number of the call that fails, counted from 1
 *   FAULT_ERRNO  its error
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *prefix = "";
static int failing_call, failing_errno;
static atomic_int calls;

__attribute__((constructor)) static void read_environment(void) {
  prefix = strdup(getenv("FAULT_PATH"));
  failing_call = atoi(getenv("FAULT_AT"));
  failing_errno = atoi(getenv("FAULT_ERRNO"));
}

static int fails(int file, const char *call) {
  int errno_before = errno;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = errno_before;
  if (length < 0) return 0;
  path[length] = 0;
  if (strncmp(path, prefix, strlen(prefix)) != 0) return 0;
  if (atomic_fetch_add(&calls, 1) + 1 != failing_call) return 0;
  dprintf(STDERR_FILENO, "fault: %s of %s\n", call, path);
  errno = failing_errno;
  return 1;
}

#define WRAP(result, name, parameters, arguments)                     \
  result name parameters {                                            \
    static result (*original) parameters;                             \
    if (original == NULL) original = dlsym(RTLD_NEXT, #name);         \
    return fails(file, #name) ? -1 : original arguments;              \
  }

WRAP(ssize_t, write, (int file, const void *bytes, size_t count), (file, bytes, count))
WRAP(ssize_t, pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
WRAP(ssize_t, pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
WRAP(int, fsync, (int file), (file))
WRAP(int, fdatasync, (int file), (file))
