/*
 * waits DATABASE COMMAND…: runs the command; beside it writes a row again and again, in a transaction each. Prints the longest and
 * the mean wait for the write lock in milliseconds, and how often.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/store.h"

#define PAUSE_NS 2000000

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	double longest = 0, total = 0;
	struct store *s;
	struct error e;
	int status, tries = 0;
	pid_t child;

	if (argc < 3 || store_open(argv[1], STORE_WRITE, &s, &e)) {
		fprintf(stderr, "waits: %s\n", argc < 3 ? "waits DATABASE COMMAND…" : e.message);
		return 64;
	}
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	while (waitpid(child, &status, WNOHANG) == 0) {
		double from = now_ms(), took;

		if (store_begin(s, &e)) {
			fprintf(stderr, "waits: %s\n", e.message);
			return 75;
		}
		took = now_ms() - from;
		if (store_config_put(s, "bench", "{}", tries, &e) || store_commit(s, &e)) {
			fprintf(stderr, "waits: %s\n", e.message);
			return 74;
		}
		longest = took > longest ? took : longest;
		total += took;
		tries++;
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
	}
	store_close(s);
	printf("%.1f %.1f %d\n", longest, total / (tries ? tries : 1), tries);
	return status ? 1 : 0;
}
