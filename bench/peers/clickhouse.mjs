// ClickHouse (chdb): clickhouse.mjs load|optimize|query|size FOLDER FILE.csv RUNS THREADS
import { Session } from 'chdb';
import { queries, dialect, measure } from './queries.mjs';

const [mode, folder, file, runs, threads] = process.argv.slice(2);
const session = new Session(folder);
const run = (sql, format = 'TabSeparated') => session.query(`${sql} settings max_threads = ${threads}`, format);
const words = { DAY: 'toStartOfDay(ts)', HOUR: 'toStartOfHour(ts)', argmax: 'argMax', argmin: 'argMin',
  FROM: "toDateTime('2026-03-08 00:00:00', 'UTC')", TO: "toDateTime('2026-03-15 00:00:00', 'UTC')" };

if (mode === 'load') {
  session.query('create database bench engine = Atomic');
  session.query(`create table bench.r (ts DateTime('UTC') codec(Delta, ZSTD), device LowCardinality(String),
    kind LowCardinality(String), value Decimal64(3) codec(Delta, ZSTD)) engine = MergeTree order by (device, ts)`);
  session.query(`insert into bench.r select parseDateTimeBestEffort(ts, 'UTC'), device, kind, value
    from file('${file}', 'CSVWithNames', 'ts String, device String, kind String, value Decimal64(3)')
    settings max_threads = ${threads}, max_insert_threads = ${threads}`);
} else if (mode === 'optimize') {
  session.query('optimize table bench.r final');
} else if (mode === 'size') {
  process.stdout.write(session.query(`select column, sum(column_data_compressed_bytes) from system.parts_columns
    where database = 'bench' and table = 'r' and active group by column order by column`, 'TabSeparated'));
  process.stdout.write('all\t' + session.query(`select sum(bytes_on_disk) from system.parts
    where database = 'bench' and table = 'r' and active`, 'TabSeparated'));
} else {
  session.query('use bench');
  for (const query of queries) {
    const sql = dialect(query.sql, words);
    const line = await measure(() => run(sql, 'Null'), () =>
      run(`select count(), toString(toInt128(sum(toInt128(${query.a})))), toString(toInt128(sum(toInt128(${query.b})))) from (${sql})`).trim().split('\t'),
    Number(runs));
    console.log(query.name, line);
  }
}
