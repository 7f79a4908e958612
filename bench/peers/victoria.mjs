// VictoriaMetrics on a port of this machine: victoria.mjs load|query ADDRESS FILE.csv RUNS
// Values are floats there, cut to their significant digits: sums agree within rounding.
import { createReadStream } from 'node:fs';
import { measure } from './queries.mjs';

const [mode, address, file, runs] = process.argv.slice(2);
const PIECE_BYTES = 16 << 20;

async function post(path, body) {
  const answer = await fetch(`http://${address}${path}`, { method: 'POST', body });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
  return answer;
}

// Whole lines in pieces, one after the other.
async function load() {
  const path = '/api/v1/import/csv?format=1:time:rfc3339,2:label:device,3:label:kind,4:metric:r';
  let held = Buffer.alloc(0), first = true;
  for await (const chunk of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
    held = Buffer.concat([held, chunk]);
    let end = held.lastIndexOf(10) + 1;
    let begin = first ? held.indexOf(10) + 1 : 0;
    first = false;
    await post(path, held.subarray(begin, end));
    held = held.subarray(end);
  }
  if (held.length > 0) await post(path, held);
  await post('/internal/force_flush');
}

async function ask(query, time) {
  const answer = await post('/api/v1/query', new URLSearchParams({ query, time, nocache: '1' }));
  return (await answer.json()).data.result;
}

// The month ends before 2026-04-01; readings may be stamped a few seconds late.
const END = '1775001600', WEEK_END = '1773532799.999';
const sum = (rows, scale) => Math.round(rows.reduce((total, row) => total + Number(row.value[1]), 0) * scale);
const queries = {
  sum_by_kind: async () => {
    const s = await ask('sum(sum_over_time(r[31d])) by (kind)', END), c = await ask('sum(count_over_time(r[31d])) by (kind)', END);
    return [s.length, sum(s, 1000), sum(c, 1)];
  },
  last_by_device: async () => { const v = await ask('last_over_time(r[31d])', END); return [v.length, sum(v, 1000), 0]; },
  month_use: async () => {
    const u = await ask('last_over_time(r{kind=~"power|water|gas"}[31d]) - first_over_time(r{kind=~"power|water|gas"}[31d])', END);
    return [u.length, sum(u, 1000), 0];
  },
  top_power: async () => { const v = await ask('topk(10, max_over_time(r{kind="power"}[31d]))', END); return [v.length, sum(v, 1000), 0]; },
  one_week: async () => {
    const c = await ask('count_over_time(r{device="d00100"}[7d])', WEEK_END), s = await ask('sum_over_time(r{device="d00100"}[7d])', WEEK_END);
    return [Number(c[0].value[1]), sum(s, 1000), 0];
  },
};

if (mode === 'load') {
  await load();
} else {
  for (const [name, query] of Object.entries(queries))
    console.log(name, await measure(query, query, Number(runs)));
}
