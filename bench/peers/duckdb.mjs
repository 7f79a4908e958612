// DuckDB: duckdb.mjs load|query|parquet DATABASE FILE.csv|OUT.parquet RUNS THREADS
import { DuckDBInstance } from '@duckdb/node-api';
import { queries, dialect, measure } from './queries.mjs';

const [mode, database, file, runs, threads] = process.argv.slice(2);
const instance = await DuckDBInstance.create(database, { threads });
const connection = await instance.connect();
const words = { DAY: "date_trunc('day', ts)", HOUR: "date_trunc('hour', ts)", argmax: 'arg_max', argmin: 'arg_min',
  FROM: "timestamp '2026-03-08'", TO: "timestamp '2026-03-15'" };

if (mode === 'load') {
  await connection.run('create table r (ts timestamp, device varchar, kind varchar, value decimal(18,3))');
  await connection.run(`insert into r select * from read_csv('${file}', header = true,
    columns = {ts: 'timestamptz', device: 'varchar', kind: 'varchar', value: 'decimal(18,3)'})`);
  await connection.run('checkpoint');
} else if (mode === 'parquet') {
  await connection.run(`copy (select * from r order by device, ts) to '${file}' (format parquet, compression zstd)`);
} else {
  for (const query of queries) {
    const sql = dialect(query.sql, words);
    const line = await measure(() => connection.runAndReadAll(sql), async () => {
      const reduced = `select count(*), cast(sum(${query.a}) as hugeint)::varchar, cast(sum(${query.b}) as hugeint)::varchar from (${sql})`;
      return (await connection.runAndReadAll(reduced)).getRowsJson()[0];
    }, Number(runs));
    console.log(query.name, line);
  }
}
