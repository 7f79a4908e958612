// The queries of bench_queries.c as SQL over r(ts, device, kind, value), and their answers reduced
// to three whole numbers: rows, a, b (sums in thousandths). `sql` is what is timed; `a` and `b` are
// expressions over its rows.
export const queries = [
  { name: 'sum_by_kind', sql: 'select kind, count(*) c, sum(value) s from r group by kind', a: 's * 1000', b: 'c' },
  { name: 'last_by_device', sql: 'select device, argmax(value, ts) v from r group by device', a: 'v * 1000', b: '0' },
  { name: 'day_means', sql: "select device, DAY d, sum(value) s, count(*) c, avg(value) m from r where kind = 'temperature' group by device, d",
    a: 's * 1000', b: 'c' },
  { name: 'month_use', sql: "select device, argmax(value, ts) - argmin(value, ts) u from r where kind in ('power', 'water', 'gas') group by device",
    a: 'u * 1000', b: '0' },
  { name: 'top_power', sql: "select device, max(value) m from r where kind = 'power' group by device order by m desc, device limit 10",
    a: 'm * 1000', b: '0' },
  { name: 'one_week', sql: "select ts, value v from r where device = 'd00100' and ts >= FROM and ts < TO", a: 'v * 1000', b: '0' },
  { name: 'count_by_hour', sql: 'select HOUR h, count(*) c from r group by h', a: 'c', b: 'c * c' },
];

// `words` puts the dialect's own in place of DAY, HOUR, FROM, TO, argmax, argmin.
export function dialect(sql, words) {
  return sql.replace(/\b(DAY|HOUR|FROM|TO|argmax|argmin)\b/g, word => words[word] ?? word);
}

// Best and median seconds of `runs`, then the answer.
export async function measure(run, reduce, runs) {
  const seconds = [];
  for (let i = 0; i < runs; i++) {
    const start = process.hrtime.bigint();
    await run();
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  seconds.sort((a, b) => a - b);
  const answer = await reduce();
  return `${seconds[0].toFixed(6)} ${seconds[runs >> 1].toFixed(6)} ${answer.join(' ')}`;
}
