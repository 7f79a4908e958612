// Polars over the sorted Parquet file that DuckDB wrote: polars.mjs FILE.parquet RUNS
// Its Decimal sums are not in this binding's reach, so values are cast to Float64: answers agree
// within rounding, not to the last digit.
import pl from 'nodejs-polars';
import { measure } from './queries.mjs';

const [file, runs] = process.argv.slice(2);
const scan = () => pl.scanParquet(file).withColumn(pl.col('value').cast(pl.Float64));
const registers = ['power', 'water', 'gas'];
const by = (frame, ...keys) => frame.groupBy(keys);
const queries = {
  sum_by_kind: () => by(scan(), 'kind').agg(pl.col('value').count().alias('c'), pl.col('value').sum().alias('s')),
  last_by_device: () => by(scan(), 'device').agg(pl.col('value').last().alias('s')),
  day_means: () => by(scan().filter(pl.col('kind').eq(pl.lit('temperature')))
    .withColumn(pl.col('ts').cast(pl.Int64).div(86400000000).floor().alias('d')), 'device', 'd')
    .agg(pl.col('value').sum().alias('s'), pl.col('value').count().alias('c')),
  month_use: () => by(scan().filter(pl.col('kind').isIn(registers)), 'device')
    .agg(pl.col('value').last().sub(pl.col('value').first()).alias('s')),
  top_power: () => by(scan().filter(pl.col('kind').eq(pl.lit('power'))), 'device').agg(pl.col('value').max().alias('s'))
    .sort('s', true).limit(10),
  one_week: () => scan().filter(pl.col('device').eq(pl.lit('d00100'))
    .and(pl.col('ts').cast(pl.Int64).gtEq(1772928000000000)).and(pl.col('ts').cast(pl.Int64).lt(1773532800000000)))
    .select(pl.col('value').alias('s')),
  count_by_hour: () => by(scan().withColumn(pl.col('ts').cast(pl.Int64).div(3600000000).floor().alias('h')), 'h')
    .agg(pl.col('value').count().alias('s')),
};

const total = (frame, column) => frame.getColumn(column).toArray().reduce((sum, value) => sum + Number(value), 0);
for (const [name, query] of Object.entries(queries)) {
  try {
    const line = await measure(() => query().collect(), async () => {
      const frame = await query().collect();
      const scale = name === 'count_by_hour' ? 1 : 1000;
      const b = name === 'count_by_hour' ? frame.getColumn('s').toArray().reduce((sum, value) => sum + Number(value) ** 2, 0)
        : frame.columns.includes('c') ? total(frame, 'c') : 0;
      return [frame.height, Math.round(total(frame, 's') * scale), b];
    }, Number(runs));
    console.log(name, line);
  } catch (error) {
    console.error(`polars: ${name}: ${error.message.split('\n')[0]}`);
  }
}
