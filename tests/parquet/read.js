// read.js LAKE: the candles of a lake as canonical lines, read by a Parquet reader that shares nothing with DuckDB. Names and
// types of the columns are checked; decimals are taken as the integers they are stored as, because the reader makes doubles of them.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'

const time = { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }
const price = { type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 8 }
const volume = { type: 'FIXED_LEN_BYTE_ARRAY', converted_type: 'DECIMAL', precision: 38, scale: 8 }
const columns = { open_time: time, open: price, high: price, low: price, close: price, volume, close_time: time, quote_volume: volume,
  trades: { type: 'INT64' }, taker_buy_volume: volume, taker_buy_quote_volume: volume }

function fail(why) {
  console.error(`read.js: ${why}`)
  process.exit(1)
}

// The columns of a file, and the same without what they mean, so that values come as they are stored.
function take_types(metadata, path) {
  const found = metadata.schema.slice(1)

  if (found.map(c => c.name).join() !== Object.keys(columns).join()) fail(`${path}: columns ${found.map(c => c.name)}`)
  for (const c of found) {
    for (const [key, value] of Object.entries(columns[c.name]))
      if (c[key] !== value) fail(`${path}: ${c.name}: ${key} is ${c[key]}, not ${value}`)
    delete c.converted_type
    delete c.logical_type
  }
  for (const group of metadata.row_groups)
    for (const c of group.columns) if (c.meta_data.codec !== 'ZSTD') fail(`${path}: codec ${c.meta_data.codec}`)
}

function integer(value) {
  if (!(value instanceof Uint8Array)) return BigInt(value)
  return BigInt.asIntN(8 * value.length, value.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n))
}

function text(name, value) {
  if (value === null || value === undefined) return 'null'
  const n = integer(value)
  if (columns[name].converted_type !== 'DECIMAL') return String(n)
  const digits = String(n < 0n ? -n : n).padStart(9, '0')
  return `"${n < 0n ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}"`
}

async function read(path, folders) {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const head = `{"kind":"candle","v":1,"market":"${folders.market}","symbol":"${folders.symbol}","interval":"${folders.interval}",`

  take_types(metadata, path)
  await parquetRead({ file, metadata, compressors, utf8: false, rowFormat: 'object', onComplete: rows => {
    for (const row of rows)
      process.stdout.write(head + Object.keys(columns).map(name => `"${name}":${text(name, row[name])}`).join() + '}\n')
  } })
}

async function walk(folder, folders) {
  for (const name of readdirSync(folder).sort()) {
    const [key, value] = name.split('=')

    if (name.endsWith('.parquet')) await read(join(folder, name), folders)
    else if (value) await walk(join(folder, name), { ...folders, [key]: value })
  }
}

await walk(join(process.argv[2], 'candles'), {})
