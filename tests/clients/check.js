// What both clients share: where the exchange is, what account it has, how a step is told.
import { strict as assert } from 'node:assert';

export const url = process.env.CT_SIM_URL;
export const apiKey = process.env.API_KEY;
export const secret = process.env.API_SECRET;

let steps = 0;

// One line of TAP for a step; a failure ends the program.
export async function step(name, run) {
	steps++;
	try {
		await run(assert);
		console.log(`ok ${steps} - ${name}`);
	} catch (e) {
		console.log(`not ok ${steps} - ${name}\n# ${String(e.stack ?? e).replaceAll('\n', '\n# ')}`);
		process.exit(1);
	}
}

export const done = () => console.log(`1..${steps}`);

// A client that stamps its requests with the time of this machine gets the exchange's instead. It may keep the function, so
// that is replaced at once, and only once.
const real = Date.now;
let offset = 0;
Date.now = () => real() + offset;
const follow = (clock) => (offset = clock - real());
follow((await (await fetch(`${url}/sim/clock`)).json()).clock);

// Moves the exchange's clock.
export async function advance(duration) {
	const answer = await fetch(`${url}/sim/clock?advance=${duration}`, { method: 'POST' });
	assert.equal(answer.status, 200);
	follow((await answer.json()).clock);
}
