/* Signatures by the vectors of Binance's documentation; keys from files, the environment and commands. */
#include "check.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "venue/keys.h"
#include "venue/percent.h"

#define API "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
#define SECRET "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
#define UM_SECRET "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9"
#define PEM "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n"

static const struct {
	const char *secret, *payload, *signature;
} vectors[] = {
	{ SECRET, "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
		"c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71" },
	{ SECRET, "symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
		"&timestamp=1499827319559", "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3" },
	{ SECRET, "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
		"0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77" },
	{ SECRET, "recvWindow=5000&timestamp=1499827319559", "82f4e72e95e63d666b6da651e82a701722ad8a785a169318d91f36f279c55821" },
	{ SECRET, "timestamp=1499827319559", "2222d49722f6af5da13f6da6bfc0d7de19ca2815ebc98bbc49e4942268472f3f" },
	{ SECRET, "timestamp=1499827319559000", "742ffa843940b7c99811ad25b26e82bb498044bef514c65c704d9c1865320725" },
	{ SECRET, "symbols=%5B%22BTCUSDT%22%5D&timestamp=1499827319559", "a2d983915caf6c33b8624ea1b5a4a7ce4a66cdfc0496c317b6fc3e8af35b2c36" },
	{ UM_SECRET, "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943",
		"3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9" },
	{ UM_SECRET, "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&recvWindow=5000&timestamp=1591702613943",
		"30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4" },
	{ UM_SECRET, "symbol=BTCUSDT&leverage=10&timestamp=1591702613943", "a587354fe5b338d6f05f76ddb02bea5c4d936e4efed36680ee60400e09066c2d" },
	{ PEM, "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2&timestamp=1668481559918&recvWindow=5000",
		"m5loLRxgkb9HyW0wkZ4KNrpck881bx5D0OrKNnPklvk4tlGjEJkhiP9DoyC0sc1lXA%2FTWugjVPrMb%2FbfNdmdBw%3D%3D" },
};

static void signs_the_published_vectors(void **state)
{
	char out[SIGNATURE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		struct signer *s;
		struct error e;

		assert_int_equal(signer_new(vectors[i].secret, strlen(vectors[i].secret), &s, &e), OK);
		for (int again = 0; again < 2; again++) {
			assert_int_equal(signer_sign(s, vectors[i].payload, strlen(vectors[i].payload), out), strlen(vectors[i].signature));
			assert_string_equal(out, vectors[i].signature);
		}
		assert_string_equal(signer_kind(s), out[0] == 'm' ? "ed25519" : "hmac");
		signer_free(s);
	}
}

static void refuses_other_private_keys(void **state)
{
	static const char *const bad[] = {
		"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYH\n-----END PRIVATE KEY-----\n",
		"-----BEGIN PRIVATE KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\n-----END PUBLIC KEY-----\n",
		/* X25519 */
		"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct signer *s;
		struct error e;

		assert_int_equal(signer_new(bad[i], strlen(bad[i]), &s, &e), ERR_CONFIG);
		assert_null(s);
		assert_null(strstr(e.message, "MC"));
	}
}

static void encodes_what_is_not_unreserved(void **state)
{
	char out[100];

	(void)state;
	assert_int_equal(percent_encode("AZaz09-._~", out), 10);
	assert_string_equal(out, "AZaz09-._~");
	percent_encode("[\"１\"] +&=/%", out);
	assert_string_equal(out, "%5B%22%EF%BC%91%22%5D%20%2B%26%3D%2F%25");
	assert_int_equal(percent_encode("", out), 0);
}

static char folder[] = "/tmp/ct-keys-XXXXXX";

static void write_file(const char *name, const char *text, size_t n, mode_t mode)
{
	char path[100];
	int fd;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT, mode); /* no buffer that would keep it */
	assert_int_equal(write(fd, text, n), n);
	fchmod(fd, mode);
	close(fd);
}

static void reads_a_key_from_each_source(void **state)
{
	static const char *const sources[] = { "file:key", "env:CT_TEST_KEY", "command:cat key", "file:pem" };
	struct rlimit core;
	char here[4096];

	(void)state;
	write_file("key", "\n  " API " \r\n\n" SECRET "\n\n", strlen(API SECRET) + 9, 0600);
	write_file("pem", API "\n" PEM, strlen(API PEM) + 1, 0400);
	setenv("CT_TEST_KEY", API "\n" SECRET, 1);
	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(chdir(folder), 0);
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		char out[SIGNATURE_SIZE];
		struct keys *k;
		struct error e = { 0 };

		if (keys_open(sources[i], folder, &k, &e))
			fail_msg("%s: %s", sources[i], e.message);
		assert_string_equal(keys_api(k), API);
		assert_int_equal(strlen(keys_name(k)), 16);
		assert_null(strstr(API, keys_name(k)));
		signer_sign(keys_signer(k), vectors[0].payload, strlen(vectors[0].payload), out);
		if (i < 3)
			assert_string_equal(out, vectors[0].signature);
		keys_close(k);
	}
	assert_null(getenv("CT_TEST_KEY"));
	getrlimit(RLIMIT_CORE, &core);
	assert_int_equal(core.rlim_cur, 0);
	assert_int_equal(core.rlim_max, 0);
	assert_int_equal(chdir(here), 0);
}

static void refuses_what_is_no_key(void **state)
{
	static const struct {
		const char *source, *says;
	} bad[] = {
		{ NULL, "has no key" }, { "", "has no key" }, { SECRET, "is not the key itself" }, { "file:", "is not the key itself" }, { "key", "is not the key itself" },
		{ "file:absent", "cannot read the key file" }, { "file:open", "is open to others (mode 0640)" }, { "file:.", "not a regular file" },
		{ "file:one", "two lines" }, { "file:three", "more than two lines" }, { "file:empty", "two lines" }, { "file:nul", "NUL" },
		{ "file:blank", "not an API key" }, { "file:large", "longer than" }, { "env:CT_TEST_ABSENT", "is not set" }, { "command:false", "exit code 1" },
		{ "command:exec head -c 20000 /dev/zero", "longer than" }, { "command:no-such-command-here 2>/dev/null", "exit code 127" },
	};
	static char large[20000];

	(void)state;
	memset(large, 'x', sizeof large);
	write_file("open", API "\n" SECRET, strlen(API SECRET) + 1, 0640);
	write_file("one", SECRET "\n", strlen(SECRET) + 1, 0600);
	write_file("three", API "\n" SECRET "\n" SECRET "\n", strlen(API SECRET SECRET) + 3, 0600);
	write_file("empty", "", 0, 0600);
	write_file("nul", API "\n" SECRET "\0x", strlen(API SECRET) + 3, 0600);
	write_file("blank", "two words\n" SECRET, strlen(SECRET) + 10, 0600);
	write_file("large", large, sizeof large, 0600);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct keys *k;
		struct error e = { 0 };

		assert_int_equal(keys_open(bad[i].source, folder, &k, &e), ERR_CONFIG);
		if (!strstr(e.message, bad[i].says))
			fail_msg("no '%s' in '%s'", bad[i].says, e.message);
		assert_null(strstr(e.message, SECRET));
	}
}

/*
 * How often bytes lie in this process's writable memory. The needle is kept with every bit turned, so that it is not found itself.
 */
static size_t count_in_memory(const unsigned char *turned, size_t n)
{
	static unsigned char block[1 << 20];
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY);
	char line[512], mode[5];
	unsigned long from, to;
	size_t found = 0;

	if (!maps || mem < 0)
		skip();
	while (fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 || mode[1] != 'w' || to - from > 1UL << 28)
			continue; /* a sanitizer's shadow is terabytes */
		for (unsigned long at = from; at < to; at += sizeof block - 64) {
			ssize_t got = pread(mem, block, to - at < sizeof block ? to - at : sizeof block, (off_t)at);

			if (at <= (unsigned long)block && (unsigned long)block < at + sizeof block)
				continue; /* not what is being read into */
			for (ssize_t i = 0; i + (ssize_t)n <= got && (i < (ssize_t)sizeof block - 64 || got < (ssize_t)sizeof block); i++) {
				size_t k = 0;

				while (k < n && block[(size_t)i + k] == (unsigned char)~turned[k])
					k++;
				found += k == n;
			}
		}
	}
	explicit_bzero(block, sizeof block);
	close(mem);
	fclose(maps);
	return found;
}

/* A secret that only this run knows: in the file, and its bits turned here. */
static void make_secret(const char *name, unsigned char *turned)
{
	char text[200];
	int n = snprintf(text, sizeof text, "%s\n", API);

	for (int i = 0; i < 64; i++) {
		text[n + i] = (char)('a' + arc4random_uniform(26));
		turned[i] = (unsigned char)~text[n + i];
	}
	write_file(name, text, (size_t)n + 64, 0600);
	explicit_bzero(text, sizeof text);
}

static void leaves_nothing_in_memory(void **state)
{
	static const char *const sources[] = { "file:fresh", "command:cat fresh" };
	unsigned char turned[64];
	char here[4096];

	(void)state;
	assert_non_null(getcwd(here, sizeof here));
	assert_int_equal(chdir(folder), 0);
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		char out[SIGNATURE_SIZE];
		struct keys *k;
		struct error e;

		make_secret("fresh", turned);
		assert_int_equal(keys_open(sources[i], folder, &k, &e), OK);
		for (int times = 0; times < 100; times++)
			signer_sign(keys_signer(k), "timestamp=1", 11, out);
		assert_int_equal(count_in_memory(turned, 64), 1);
		keys_close(k);
		assert_int_equal(count_in_memory(turned, 64), 0);
	}
	assert_int_equal(chdir(here), 0);
}

/* Neither the text of the private key nor its seed, once it is closed. */
static void leaves_no_private_key_in_memory(void **state)
{
	unsigned char text[32], seed[24];
	struct keys *k;
	struct error e;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (unsigned char)~(PEM[28 + 20 + i]);
	for (size_t i = 0; i < sizeof seed; i++)
		seed[i] = (unsigned char)~(i + 4); /* of 00 01 02 … 1f */
	write_file("pem", API "\n" PEM, strlen(API PEM) + 1, 0400);
	assert_int_equal(keys_open("file:pem", folder, &k, &e), OK);
	assert_int_equal(count_in_memory(text, sizeof text), 0);
	assert_int_equal(count_in_memory(seed, sizeof seed), 1);
	keys_close(k);
	assert_int_equal(count_in_memory(seed, sizeof seed), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_the_published_vectors),
		cmocka_unit_test(refuses_other_private_keys),
		cmocka_unit_test(encodes_what_is_not_unreserved),
		cmocka_unit_test(reads_a_key_from_each_source),
		cmocka_unit_test(refuses_what_is_no_key),
		cmocka_unit_test(leaves_nothing_in_memory),
		cmocka_unit_test(leaves_no_private_key_in_memory),
	};
	int failed;
	char command[100];

	if (!mkdtemp(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command) ? 1 : failed;
}
