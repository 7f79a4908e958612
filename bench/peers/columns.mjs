// Bytes by column in ClickHouse (chdb): columns.mjs FOLDER FILE.csv SCALE [CHANNEL CHANNEL]
// The file: device,channel,time,value. With two channels there is a column for the values of each.
import { Session } from 'chdb';

const [folder, file, scale, a, b] = process.argv.slice(2);
const session = new Session(folder);
const value = `Decimal64(${scale}) codec(Delta, ZSTD)`;
const time = "ts DateTime('UTC') codec(Delta, ZSTD), device LowCardinality(String)";
const rows = `(select parseDateTimeBestEffort(time, 'UTC') ts, device, channel, toDecimal64(value, ${scale}) v
  from file('${file}', 'CSVWithNames', 'device String, channel String, time String, value String'))`;
const settings = 'settings min_bytes_for_wide_part = 0, min_rows_for_wide_part = 0'; // a file for each column

session.query('create database bench engine = Atomic');
if (b) {
  session.query(`create table bench.r (${time}, value ${value}, value2 ${value}) engine = MergeTree order by (device, ts) ${settings}`);
  session.query(`insert into bench.r select ts, device, anyIf(v, channel = '${a}'), anyIf(v, channel = '${b}') from ${rows} group by device, ts`);
} else {
  session.query(`create table bench.r (${time}, channel LowCardinality(String), value ${value}) engine = MergeTree order by (device, channel, ts) ${settings}`);
  session.query(`insert into bench.r select ts, device, channel, v from ${rows}`);
}
session.query('optimize table bench.r final');
const lines = sql => session.query(sql, 'TabSeparated').trim().split('\n').map(line => line.split('\t'));
const bytes = { time: 0, value: 0, series: 0 };
for (const [column, size] of lines(`select column, sum(column_data_compressed_bytes) from system.parts_columns
    where database = 'bench' and table = 'r' and active group by column`))
  bytes[column === 'ts' ? 'time' : column.startsWith('value') ? 'value' : 'series'] += Number(size);
const all = Number(lines(`select sum(bytes_on_disk) from system.parts where database = 'bench' and table = 'r' and active`)[0][0]);
for (const [part, size] of Object.entries(bytes)) console.log(part, size);
console.log('rest', all - bytes.time - bytes.value - bytes.series);
