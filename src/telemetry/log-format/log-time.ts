const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const two = (value: number): string => String(value).padStart(2, "0");

/** Texts of the second that is now: a busy gateway writes many lines in each. */
let second = -1;
let common = "";
let iso = "";

/** "25/Nov/2026:10:44:11 +0000", in the time of this machine. @param time milliseconds since 1970 */
export function commonTime(time: number): string {
  look(time);
  return common;
}

/** "2026-11-25T10:44:11+00:00". */
export function isoTime(time: number): string {
  look(time);
  return iso;
}

/** Seconds with three digits behind the point, as nginx writes times. */
export function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function look(time: number): void {
  const now = Math.floor(time / 1000);
  if (now === second) return;
  second = now;
  const date = new Date(now * 1000);
  const offset = -date.getTimezoneOffset();
  const sign = offset < 0 ? "-" : "+";
  const hours = two(Math.floor(Math.abs(offset) / 60));
  const minutes = two(Math.abs(offset) % 60);
  const day = two(date.getDate());
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const year = date.getFullYear();
  common = `${day}/${MONTHS[date.getMonth()] ?? ""}/${year}:${clock} ${sign}${hours}${minutes}`;
  iso = `${year}-${two(date.getMonth() + 1)}-${day}T${clock}${sign}${hours}:${minutes}`;
}
