/** The one request every peer is asked, again and again. */
export const HOST = "app.example.com";
export const PATH = "/";

/** As a browser would send them, about 300 bytes with the Host line. */
export const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["Host", HOST],
  ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
  ["Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["Accept-Language", "en-US,en;q=0.5"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Cookie", "session=8f14e45fceea167a5a36dedd4bea2543"],
];

/** What the upstream answers, and so what every peer must answer: 100 bytes. */
export const BODY = "0123456789".repeat(10);
