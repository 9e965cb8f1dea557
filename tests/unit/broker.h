#ifndef CT_TESTS_BROKER_H
#define CT_TESTS_BROKER_H

/* The ground of the tests of the signed client at a scripted exchange: its key, an order, and answers. */
#include "check.h"
#include "script.h"

#include <sys/stat.h>

#include "venue/broker.h"
#include "venue/sign.h"

#define API "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
#define SECRET "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
#define COINS(n) ((dec)(n) * DEC_ONE)

#define FILLED "{\"symbol\":\"AAAUSDT\",\"orderId\":7,\"orderListId\":-1,\"clientOrderId\":\"ct-1\",\"transactTime\":1700000001000,\"price\":\"101.00000000\"," \
	"\"origQty\":\"2.00000000\",\"executedQty\":\"1.50000000\",\"origQuoteOrderQty\":\"0.00000000\",\"cummulativeQuoteQty\":\"150.01500000\"," \
	"\"status\":\"EXPIRED\",\"timeInForce\":\"IOC\",\"type\":\"LIMIT\",\"side\":\"BUY\",\"workingTime\":1700000001000," \
	"\"selfTradePreventionMode\":\"EXPIRE_MAKER\",\"expiryReason\":\"UNFILLED_IOC_QUANTITY_EXPIRED\",\"fills\":[" \
	"{\"price\":\"100.01000000\",\"qty\":\"1.00000000\",\"commission\":\"0.00100000\",\"commissionAsset\":\"AAA\",\"tradeId\":55}," \
	"{\"price\":\"100.01000000\",\"qty\":\"0.50000000\",\"commission\":\"0.00050000\",\"commissionAsset\":\"AAA\",\"tradeId\":56}]}"
#define CANCELLED(id) "{\"symbol\":\"AAAUSDT\",\"origClientOrderId\":\"" id "\",\"orderId\":6,\"orderListId\":-1,\"clientOrderId\":\"x9\"," \
	"\"transactTime\":1700000001000,\"price\":\"99.00000000\",\"origQty\":\"2.00000000\",\"executedQty\":\"0.50000000\",\"cummulativeQuoteQty\":\"49.5\"," \
	"\"status\":\"CANCELED\",\"timeInForce\":\"GTC\",\"type\":\"LIMIT\",\"side\":\"BUY\"}"

static const struct order_request buy = { .symbol = "AAAUSDT", .id = "ct-1", .side = SIDE_BUY, .type = VENUE_LIMIT, .tif = VENUE_IOC, .qty = COINS(2),
	.quote_qty = DEC_NONE, .price = COINS(101), .stop_price = DEC_NONE };

static char folder[] = "/tmp/ct-broker-XXXXXX";

static inline struct broker *open_broker(const char *url, int64_t patience_ms, int64_t timeout_ms)
{
	char key[100];
	struct broker_config c = { .market = MARKET_SPOT, .mode = MODE_DEMO, .base_url = url, .key = key, .patience_ms = patience_ms, .timeout_ms = timeout_ms,
		.now_ms = TIME_NONE };
	struct broker *b;
	struct error e = { 0 };

	snprintf(key, sizeof key, "file:%s/key", folder);
	if (broker_open(&c, &b, &e))
		fail_msg("%s", e.message);
	return b;
}

/* The payload and its signature, from a request as it came. */
static inline void check_signature(const char *request, const char *from)
{
	const char *payload = strstr(request, from), *at = strstr(request, "&signature=");
	char want[SIGNATURE_SIZE];
	struct signer *s;
	struct error e;

	assert_non_null(payload);
	assert_non_null(at);
	payload += strlen(from);
	assert_int_equal(signer_new(SECRET, strlen(SECRET), &s, &e), OK);
	signer_sign(s, payload, (size_t)(at - payload), want);
	assert_int_equal(strncmp(at + 11, want, 64), 0);
	signer_free(s);
}

static inline int64_t stamp_of(const char *request)
{
	const char *at = strstr(request, "&timestamp=");

	assert_non_null(at);
	return strtoll(at + 11, NULL, 10);
}

/* Set up and torn down for all tests of a program: a folder with the key, where the budgets are kept too. */
static inline int broker_start(void **state)
{
	char path[100];
	FILE *f;

	(void)state;
	if (!mkdtemp(folder))
		return 1;
	setenv("XDG_STATE_HOME", folder, 1);
	snprintf(path, sizeof path, "%s/key", folder);
	f = fopen(path, "w");
	fprintf(f, "%s\n%s\n", API, SECRET);
	fclose(f);
	return chmod(path, 0600);
}

static inline int broker_end(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

#endif
