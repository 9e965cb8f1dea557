/*
 * Preloaded into a program: a disk that is full. Every write to a regular file and every fsync is counted; the one with the
 * number FULL_AT fails (0: none). FULL_FROM=1: so does every later one, as on a disk that stays full, and the first may write a
 * half. The count is left in the file FULL_COUNT when the program ends.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long counted;

static long setting(const char *name)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : 0;
}

static void *next(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (!f)
		abort();
	return f;
}

/* Counts a call; whether it fails. *first: it is the very first that does. */
static int fails(int fd, int *first)
{
	long at = setting("FULL_AT"), n;
	struct stat s;

	*first = 0;
	if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode))
		return 0;
	n = atomic_fetch_add(&counted, 1) + 1;
	*first = n == at;
	return at > 0 && (n == at || (n > at && setting("FULL_FROM")));
}

/* What a full disk answers to a write of n: the first may find room for a half. */
static size_t room(int first, size_t n)
{
	return first && setting("FULL_FROM") ? n / 2 : 0;
}

ssize_t write(int fd, const void *data, size_t n)
{
	ssize_t (*real)(int, const void *, size_t) = next("write");
	int first;

	if (!fails(fd, &first))
		return real(fd, data, n);
	if (room(first, n))
		return real(fd, data, room(first, n));
	errno = ENOSPC;
	return -1;
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
	ssize_t (*real)(int, const void *, size_t, off64_t) = next("pwrite64");
	int first;

	if (!fails(fd, &first))
		return real(fd, data, n, at);
	if (room(first, n))
		return real(fd, data, room(first, n), at);
	errno = ENOSPC;
	return -1;
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
	return pwrite64(fd, data, n, at);
}

static int flush(int fd, const char *name)
{
	int (*real)(int) = next(name);
	int first;

	if (!fails(fd, &first))
		return real(fd);
	errno = ENOSPC;
	return -1;
}

int fsync(int fd)
{
	return flush(fd, "fsync");
}

int fdatasync(int fd)
{
	return flush(fd, "fdatasync");
}

int ftruncate64(int fd, off64_t size)
{
	int (*real)(int, off64_t) = next("ftruncate64");
	int first;

	if (!fails(fd, &first))
		return real(fd, size);
	errno = ENOSPC;
	return -1;
}

int ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

__attribute__((destructor)) static void tell(void)
{
	const char *path = getenv("FULL_COUNT");
	FILE *f = path ? fopen(path, "w") : NULL;

	if (!f)
		return;
	fprintf(f, "%ld\n", atomic_load(&counted));
	fclose(f);
}
