import { CHALLENGES } from "../annotations/https-redirect.ts";
import type { Setting } from "./setting.ts";
import type { SettingsReader } from "./settings-reader.ts";

const CODES = [301, 302, 307, 308];

/** Redirects of the whole gateway. */
export interface RedirectSettings {
  /** Status of redirects to https. */
  readonly code: number;
  /** Beginnings of paths, without dots and doubled slashes, that are not redirected to https. */
  readonly exempt: readonly string[];
}

export const httpRedirectCode: Setting<number> = {
  name: "http-redirect-code",
  fallback: 308,
  docs: "Status of redirects to https.",
  expected: "301, 302, 307 or 308",
  parse: (text) => CODES.find((code) => String(code) === text) ?? null,
};

export const noTlsRedirectLocations: Setting<readonly string[]> = {
  name: "no-tls-redirect-locations",
  fallback: [CHALLENGES],
  docs: "Beginnings of paths, without dots and doubled slashes, that are not redirected to https. Empty: all are.",
  expected: "a list of beginnings of paths, separated by commas",
  parse: parseLocations,
};

export const REDIRECT_SETTINGS: readonly Setting<unknown>[] = [httpRedirectCode, noTlsRedirectLocations];

export function readRedirects(reader: SettingsReader): RedirectSettings {
  return { code: reader.read(httpRedirectCode), exempt: reader.read(noTlsRedirectLocations) };
}

/** Beginnings of paths with commas between; an empty text is none. */
export function parseLocations(text: string): string[] | null {
  const locations = text.split(",").map((one) => one.trim());
  const written = locations.filter((one) => one !== "");
  return written.every((one) => one.startsWith("/")) ? written : null;
}
