// What an engine reads from exported Parquet files: parquet.mjs duckdb|clickhouse|polars FOLDER
// A line of JSON a column: table, column, the engine's type, values, and of those sum, smallest, largest, as text:
// of times in ns, of texts the bytes (sum), of floats as the engine prints them.
import fs from 'node:fs';
import path from 'node:path';

const [engine, folder] = process.argv.slice(2);
const tables = fs.readdirSync(folder).sort();
const filesOf = table => fs.readdirSync(path.join(folder, table), { recursive: true })
  .filter(file => file.endsWith('.parquet')).map(file => path.join(folder, table, file)).sort();
const print = (table, column, type, [count, ...rest]) =>
  console.log(JSON.stringify([table, column, type, Number(count), ...rest.map(value => value === null || value === '\\N' ? null : String(value))]));

// The four aggregates of a column in SQL; `words` are the engine's.
const aggregates = (column, type, words) => {
  const name = words.quote(column);
  const value = /VARCHAR|String/.test(type) ? null : /TIMESTAMP|DateTime/.test(type) ? words.ns(name)
    : /BOOL/i.test(type) ? `cast(${name} as ${words.int})` : name;
  return value === null ? [`count(${name})`, `sum(${words.bytes}(${name}))`, `min(${name})`, `max(${name})`]
    : [`count(${name})`, `sum(${/DOUBLE|Float/.test(type) ? value : words.wide(value)})`, `min(${value})`, `max(${value})`];
};

async function duckdb() {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = async sql => (await connection.runAndReadAll(sql)).getRowsJson();
  const words = { quote: name => `"${name}"`, bytes: 'strlen', int: 'bigint', ns: name => `epoch_ns(${name})`, wide: value => value };
  for (const table of tables) {
    const from = `from read_parquet([${filesOf(table).map(file => `'${file}'`)}], hive_partitioning = false)`;
    for (const [column, type] of await rows(`describe select * ${from}`)) {
      const wanted = aggregates(column, type, words).map(aggregate => `(${aggregate})::varchar`);
      print(table, column, type, (await rows(`select ${wanted} ${from}`))[0]);
    }
  }
}

async function clickhouse() {
  const { query } = await import('chdb');
  const rows = sql => query(sql, 'JSONCompactStringsEachRow').trim().split('\n').map(line => JSON.parse(line));
  const words = { quote: name => `\`${name}\``, bytes: 'length', int: 'Nullable(Int64)', ns: name => `toUnixTimestamp64Nano(${name})`,
    wide: value => `toDecimal256(${value}, 18)` };
  for (const table of tables) {
    const [depth] = new Set(filesOf(table).map(file => path.relative(path.join(folder, table), file).split('/').length));
    const from = `from file('${folder}/${table}/${'*/'.repeat(depth - 1)}*.parquet', Parquet)`;
    for (const [column, type] of rows(`describe table (select * ${from}) settings use_hive_partitioning = 0`)) {
      if (column.startsWith('utc_')) continue;
      const wanted = aggregates(column, type, words).map(aggregate => `toString(${aggregate})`);
      print(table, column, type, rows(`select ${wanted} ${from}`)[0].map(value => value === 'ᴺᵁᴸᴸ' ? null : value));
    }
  }
}

// Its sums of decimals are floats, so values are added up here.
async function polars() {
  const pl = (await import('nodejs-polars')).default;
  const digits = text => { // "-1.50" as 18 decimals
    const [whole, part = ''] = text.replace('-', '').split('.');
    const value = BigInt(whole + part.padEnd(18, '0'));
    return text.startsWith('-') ? -value : value;
  };
  const decimal = value => {
    const text = (value < 0n ? -value : value).toString().padStart(19, '0');
    return (value < 0n ? '-' : '') + text.slice(0, -18) + '.' + text.slice(-18);
  };
  for (const table of tables) {
    const found = new Map();
    for (const file of filesOf(table)) {
      const frame = pl.readParquet(file);
      for (const column of frame.columns) {
        const series = frame.getColumn(column);
        const type = String(series.dtype);
        const kind = /Utf8|String/.test(type) ? 'text' : /Float/.test(type) ? 'float' : /Datetime/.test(type) ? 'time' : 'number';
        const there = series.dropNulls(); // as text: its numbers lose what is beyond 2^53
        const values = (kind === 'float' ? there : (/Bool|Datetime/.test(type) ? there.cast(pl.Int64) : there).cast(pl.Utf8)).toArray();
        const all = found.get(column) ?? { type, count: 0, sum: kind === 'float' ? 0 : 0n, min: null, max: null, kind };
        const less = kind === 'text' ? (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0 : (a, b) => a < b;
        for (const raw of values) {
          const value = kind === 'number' ? digits(raw) : kind === 'time' ? BigInt(raw) : raw;
          all.count++;
          all.sum += kind === 'text' ? BigInt(Buffer.byteLength(value)) : value;
          if (all.min === null || less(value, all.min)) all.min = value;
          if (all.max === null || less(all.max, value)) all.max = value;
        }
        found.set(column, all);
      }
    }
    for (const [column, { type, count, sum, min, max, kind }] of found) {
      const text = value => count === 0 ? null : kind === 'number' ? decimal(value) : value;
      print(table, column, type, [count, text(sum), text(min), text(max)]);
    }
  }
}

await { duckdb, clickhouse, polars }[engine]();
