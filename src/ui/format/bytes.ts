import { t } from "../texts/texts.ts";

const STEP = 1024;

/** Bytes in binary units with one decimal: "812 B", "3.2 KiB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= STEP && unit < t.units.bytes.length - 1) {
    value /= STEP;
    unit += 1;
  }
  const name = t.units.bytes[unit] ?? "";
  return unit === 0 ? `${value} ${name}` : `${value.toFixed(1)} ${name}`;
}
