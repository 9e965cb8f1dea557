/*
 * Preloaded into a program: this machine's wall clock says what the file CLOCK_FILE holds (ms UTC), and runs on from there. It
 * may be set to another time while the program runs.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int clock_gettime(clockid_t id, struct timespec *out)
{
	static int (*real)(clockid_t, struct timespec *);
	static struct timespec start;
	FILE *f = id == CLOCK_REALTIME && getenv("CLOCK_FILE") ? fopen(getenv("CLOCK_FILE"), "r") : NULL;
	long long ms = 0;
	int rc;

	if (!real)
		real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	if (start.tv_sec == 0)
		real(CLOCK_BOOTTIME, &start);
	if (!f)
		return real(id, out);
	if (fscanf(f, "%lld", &ms) != 1)
		abort();
	fclose(f);
	rc = real(CLOCK_BOOTTIME, out);
	ms += (out->tv_sec - start.tv_sec) * 1000LL + (out->tv_nsec - start.tv_nsec) / 1000000;
	*out = (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
	return rc;
}
