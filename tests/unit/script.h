#ifndef CT_TESTS_SCRIPT_H
#define CT_TESTS_SCRIPT_H

/*
 * An exchange that plays a script: a thread on a loopback port that answers each request with the next step, and keeps what it
 * was sent. Questions about the time are answered from its own clock and are no steps.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/utc.h"

enum act {
	ANSWER,
	DROP, /* the request is read, and the connection closed */
	CUT,  /* half of the body, then closed */
	HANG, /* no answer until the client gives up */
};

struct step {
	int status;
	const char *headers; /* "Retry-After: 3\r\n"; NULL: none */
	const char *body;
	enum act act;
};

#define SCRIPT_MAX 64
#define SCRIPT_TEXT 4096

struct script {
	const struct step *steps;
	size_t step_count;
	atomic_size_t played;           /* steps */
	atomic_long times, connections; /* questions about the time */
	_Atomic int64_t offset_ms;      /* of its clock against ours */
	char requests[SCRIPT_MAX][SCRIPT_TEXT]; /* of the steps: "POST /path?query body" */
	char keys[SCRIPT_MAX][128];             /* X-MBX-APIKEY */
	int listener, port;
	atomic_bool stop;
	pthread_t thread;
	char url[64];
};

static inline bool script_wait(struct script *s, int fd)
{
	while (!atomic_load(&s->stop)) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, 20) > 0)
			return true;
	}
	return false;
}

/* A whole request into text; false: the client closed. */
static inline bool script_read(struct script *s, int fd, char *text, char **body)
{
	size_t n = 0, want = 0;

	*body = NULL;
	for (;;) {
		ssize_t got;

		if (!script_wait(s, fd) || (got = recv(fd, text + n, SCRIPT_TEXT - 1 - n, 0)) <= 0)
			return false;
		n += (size_t)got;
		text[n] = '\0';
		if (!*body && (*body = strstr(text, "\r\n\r\n"))) {
			const char *length = strcasestr(text, "content-length:");

			*body += 4;
			want = length && length < *body ? strtoul(length + 15, NULL, 10) : 0;
		}
		if (*body && n >= (size_t)(*body - text) + want)
			return true;
	}
}

static inline void script_send(int fd, const struct step *p)
{
	char head[512];
	size_t body = strlen(p->body), part = p->act == CUT ? body / 2 : body;
	int n = snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n", p->status, body, p->headers ? p->headers : "");

	send(fd, head, (size_t)n, MSG_NOSIGNAL);
	send(fd, p->body, part, MSG_NOSIGNAL);
}

/* Answers one request; false: the connection is to be closed. */
static inline bool script_answer(struct script *s, int fd, char *text, const char *body)
{
	static const struct step silence = { 599, NULL, "{\"code\":-1,\"msg\":\"the script is over\"}", ANSWER };
	size_t i = atomic_load(&s->played);
	const struct step *p = i < s->step_count ? &s->steps[i] : &silence;
	const char *key = strcasestr(text, "X-MBX-APIKEY: ");
	char time[64];

	if (strncmp(text, "GET /api/v3/time", 16) == 0) {
		snprintf(time, sizeof time, "{\"serverTime\":%lld}", (long long)(utc_now_ms() + atomic_load(&s->offset_ms)));
		atomic_fetch_add(&s->times, 1);
		script_send(fd, &(struct step){ 200, NULL, time, ANSWER });
		return true;
	}
	if (i < SCRIPT_MAX) {
		snprintf(s->keys[i], sizeof s->keys[i], "%.*s", key ? (int)strcspn(key + 14, "\r") : 0, key ? key + 14 : "");
		snprintf(s->requests[i], SCRIPT_TEXT, "%.*s %s", (int)(strstr(text, " HTTP/") - text), text, body);
	}
	atomic_fetch_add(&s->played, 1);
	if (p->act == HANG)
		script_wait(s, fd);
	else if (p->act != DROP)
		script_send(fd, p);
	return p->act == ANSWER;
}

static inline void *script_play(void *arg)
{
	struct script *s = arg;
	char text[SCRIPT_TEXT], *body;

	while (script_wait(s, s->listener)) {
		int fd = accept(s->listener, NULL, NULL);

		atomic_fetch_add(&s->connections, 1);
		while (script_read(s, fd, text, &body) && script_answer(s, fd, text, body))
			;
		close(fd);
	}
	return NULL;
}

static inline void script_start(struct script *s, const struct step *steps, size_t n)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;

	memset(s, 0, sizeof *s);
	s->steps = steps;
	s->step_count = n;
	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	bind(s->listener, (struct sockaddr *)&a, sizeof a);
	listen(s->listener, 8);
	getsockname(s->listener, (struct sockaddr *)&a, &len);
	s->port = ntohs(a.sin_port);
	snprintf(s->url, sizeof s->url, "http://127.0.0.1:%d", s->port);
	pthread_create(&s->thread, NULL, script_play, s);
}

static inline void script_end(struct script *s)
{
	atomic_store(&s->stop, true);
	pthread_join(s->thread, NULL);
	close(s->listener);
}

#endif
