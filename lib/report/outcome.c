#include "report/outcome.h"

#include <math.h>

struct tally tally_of(const struct outcome *rows, size_t n)
{
	struct tally t = { 0 };
	double won = 0, lost = 0;

	for (size_t i = 0; i < n; i++) {
		double x = rows[i].pnl;

		won = x > 0 ? won + 1 : 0;
		lost = x < 0 ? lost + 1 : 0;
		t.wins += x > 0;
		t.losses += x < 0;
		t.even += x == 0;
		t.profit += x > 0 ? x : 0;
		t.loss -= x < 0 ? x : 0;
		t.sum += x;
		t.ret += rows[i].ret;
		t.best = i == 0 || x > t.best ? x : t.best;
		t.worst = i == 0 || x < t.worst ? x : t.worst;
		t.run_wins = fmax(t.run_wins, won);
		t.run_losses = fmax(t.run_losses, lost);
	}
	return t;
}
