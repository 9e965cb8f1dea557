/*
 * measure INPUT RUNS COMMAND…: runs the command RUNS times with INPUT as stdin and nowhere as stdout; prints the median
 * wall time in seconds and the largest peak memory in MiB.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double once(const char *input, char **command, long *peak_kib)
{
	struct timespec from, to;
	struct rusage used;
	int status;
	pid_t child;

	clock_gettime(CLOCK_MONOTONIC, &from);
	child = fork();
	if (child == 0) {
		int in = open(input, O_RDONLY), out = open("/dev/null", O_WRONLY);

		if (in < 0 || out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0)
			_exit(126);
		execvp(command[0], command);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "measure: '%s' failed\n", command[0]);
		exit(1);
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	if (used.ru_maxrss > *peak_kib)
		*peak_kib = used.ru_maxrss;
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int runs = argc > 3 ? (int)strtol(argv[2], NULL, 10) : 0;
	double seconds[99];
	long peak_kib = 0;

	if (runs < 1 || runs > 99) {
		fputs("usage: measure INPUT RUNS COMMAND…\n", stderr);
		return 64;
	}
	for (int i = 0; i < runs; i++)
		seconds[i] = once(argv[1], argv + 3, &peak_kib);
	qsort(seconds, (size_t)runs, sizeof *seconds, by_value);
	printf("%.3f %.1f\n", seconds[runs / 2], (double)peak_kib / 1024);
	return 0;
}
