// Where our codec and llhttp (strict, as in node:http) read the same octets differently, and why that is well.
// In: nothing. Out: data. Never: a difference that is not understood.
import type { Difference } from "./compare-llhttp.ts";

export interface Explained {
  readonly what: string;
  readonly of: Difference["of"];
  readonly stricter: "ours" | "llhttp" | "neither";
  /** Rows of smuggling-cases.tsv, sections of RFCs. */
  readonly source: string;
  readonly why: string;
  readonly ours: RegExp;
  /** A message that was read is [start, version, fields by name, body], as JSON. */
  readonly theirs: RegExp;
  readonly octets?: RegExp;
}

const REFUSED = /^refused/;
const READ = /^read/;

/** We refuse what llhttp reads, or waits for. */
function refusedByUs(
  what: string,
  source: string,
  why: string,
  theirs: RegExp,
  octets?: RegExp,
  of: Difference["of"] = "request",
): Explained {
  return {
    what,
    of,
    stricter: "ours",
    source,
    why,
    ours: REFUSED,
    theirs,
    ...(octets === undefined ? {} : { octets }),
  };
}

/** What a Host field may be here: a name or an address in brackets, and a port. */
const GOOD_HOST = /(?:[\w.-]+|\[[0-9a-f.]*:[0-9a-f:.]*\])(?::[0-5]?[0-9]{0,4})?"/.source;

export const EXPLAINED: readonly Explained[] = [
  refusedByUs(
    "several spaces in the request line",
    "RL2, RFC 9112 §3",
    "one space is the grammar",
    READ,
    /^[A-Z]+ (?: |\S+ {2,}HTTP\/)/m,
  ),
  refusedByUs("HTTP/0.9", "RL5, RFC 9112 §2.3", "it has no fields, so no host", /^read \["[^"]*","0\.9"/),
  refusedByUs("HTTP/2.0 in text", "RL6, RFC 9112 §2.3", "HTTP/2 is not sent as text", /^read \["[^"]*","2\.0"/),
  refusedByUs("RTSP and ICE", "RL8", "they are other protocols", READ, /^[A-Z]+ \S+ (?:RTSP|ICE)\//m),
  refusedByUs(
    "a fragment in the target",
    "RL10, RFC 9112 §3.2",
    "it is no part of a request target; CVE-2023-45539",
    /^read \["[^" ]+ [^" ]*#/,
  ),
  refusedByUs(
    "quotes, backslashes and angle brackets in the target",
    "RL12, RFC 9110 §4.2",
    "they are read differently by what comes behind",
    /^read \["[^" ]+ [^ ]*?(?:\\\\|\\"|<|>)/,
  ),
  refusedByUs(
    "CONNECT and TRACE",
    "RL15, RL16, RFC 9110 §9.3",
    "a gateway offers neither",
    /^read \["(?:CONNECT|TRACE) /,
  ),
  refusedByUs(
    "the asterisk with another method than OPTIONS",
    "RL16, RFC 9112 §3.2.4",
    "it is for OPTIONS alone",
    /^read \["(?!OPTIONS)[^" ]+ \*"/,
  ),
  refusedByUs(
    "many empty lines before a request",
    "RL18, RFC 9112 §2.2",
    "a few are ignored, a flood is not",
    /^(?:nothing|read)/,
    /^(?:\r\n){4}/,
  ),
  // After a body too: what the length left over.
  refusedByUs(
    "a bare CR or LF before a request line",
    "RL18, RFC 9112 §2.2",
    "only CRLF is an empty line",
    /^(?:nothing|read)/,
    /^[\r\n]|\r\n\r\n\rGET|^Content-Length: [0-9]+ ?\r\n\r\n[^]*\nGET \/behind/m,
  ),
  refusedByUs(
    "too many fields",
    "HF12",
    "our limit is 100, and a body's trailers count by themselves",
    READ,
    /(?:\r\na: b){90}/,
  ),
  refusedByUs(
    "lengths beyond 2^53",
    "CL7, CH5, RFC 9110 §8.6",
    "llhttp counts to 2^64, a number of JavaScript only to 2^53",
    /^incomplete/,
    /^(?:Content-Length: *)?0*(?:9007199254740992|9007199254740993|100000000000000005|FFFFFFFFFFFFFFFF|20000000000000|8000000000000000)/m,
  ),
  refusedByUs(
    "other codings before chunked",
    "TE3, RFC 9112 §6.1",
    "what we do not know is 501",
    /\["transfer-encoding","[^"]*, ?chunked"\]/,
  ),
  refusedByUs(
    "an expectation that is not 100-continue",
    "TE8, RFC 9110 §10.1.1",
    "417; Node's server has the application decide",
    /^(?:read|incomplete)/,
    /^Expect: /im,
  ),
  refusedByUs("another version of WebSocket than 13", "CO7, RFC 6455 §4.4", "426", READ, /^Upgrade: websocket\r$/m),
  refusedByUs(
    "no Host",
    "HO1, RFC 9112 §3.2",
    "400 is a MUST; Node's server has an option for it, which is off here",
    /^read \["[^"]+","1\.1",\[(?!.*\["host",)/,
  ),
  refusedByUs(
    "several Host fields",
    "HO2, RFC 9112 §3.2",
    "400 is a MUST; Node takes the first",
    /\["host","[^"]*"\],\["host",/,
  ),
  refusedByUs(
    "a Host that names no host",
    "HO3, HO4, RFC 9110 §7.2",
    "400 is a MUST; llhttp does not look",
    new RegExp(`\\["host","(?!${GOOD_HOST})`, "i"),
  ),
  refusedByUs(
    "a target that names another host, or none, or is no http URI",
    "RL14, RFC 9112 §3.2.2",
    "the authority must be the one of Host",
    /^read \["[^" ]+ \w+:/,
  ),
  refusedByUs(
    "a target that begins with neither a slash nor a scheme",
    "RL16, RFC 9112 §3.2",
    "it is in none of the four forms",
    /^read \["[^" ]+ [^/h]/i,
  ),
  refusedByUs(
    "paths that leave the root, and broken or NUL escapes",
    "RL13, RFC 3986 §2.1",
    "who comes behind may read another path",
    /^read \["[^" ]+ [^" ]*(?:%(?![0-9a-f]{2})|%00|\.\.|%2e)/i,
  ),
  refusedByUs(
    "chunked in HTTP/1.0",
    "TE6, RFC 9112 §6.1",
    "its framing is faulty",
    /^read \["[^"]+","1\.0",.*"transfer-encoding"/,
  ),
  refusedByUs(
    "several Transfer-Encoding fields",
    "TE5, RFC 9112 §6.3",
    "llhttp looks at the last",
    /\["transfer-encoding","[^"]*"\],\["transfer-encoding",/,
  ),
  refusedByUs(
    "a Transfer-Encoding that is not exactly chunked",
    "TE1, TE4, HF14, RFC 9112 §7.1",
    "whatever is not that one word is 400",
    /\["transfer-encoding","(?!chunked")/i,
  ),
  refusedByUs(
    "a body where an upgrade is asked for",
    "CO5, RFC 9110 §7.8",
    "its octets could reach the tunnel",
    /\["connection","Upgrade"\].*\["(?:content-length|transfer-encoding)"/,
  ),
  refusedByUs("a chunk extension without a name", "CH7, RFC 9112 §7.1.1", "not the grammar", READ, /^[0-9a-f]+;=/m),
  refusedByUs(
    "status codes that are none",
    "RS7, RFC 9110 §15",
    "three digits from 100 on",
    /^read \d{1,2} /,
    undefined,
    "response",
  ),
  refusedByUs(
    "control characters in a reason phrase",
    "RS7, RFC 9112 §4",
    "not the grammar",
    READ,
    /^HTTP\/1\.1 200 [^\r]*[\0-\x08\x7f]/,
    "response",
  ),
  refusedByUs(
    "other versions in a status line",
    "RS7, RFC 9112 §2.3",
    "only 1.0 and 1.1 are this protocol",
    READ,
    /^HTTP\/(?:2\.0|0\.9) /,
    "response",
  ),
  refusedByUs(
    "chunked twice, or in HTTP/1.0, in a response",
    "RS1, RFC 9112 §6.1",
    "its framing is in doubt",
    READ,
    /chunked(?:, |\r\nTransfer-Encoding: )chunked|^HTTP\/1\.0 [^]*chunked/,
    "response",
  ),
  refusedByUs(
    "a 101 that nobody asked for",
    "RS4, RFC 9110 §15.2.2",
    "the connection's state is in doubt; Node hands it to its caller",
    /^read 101/,
    undefined,
    "response",
  ),
  {
    what: "a head that we refuse, of a message that is not whole",
    of: "request",
    stricter: "ours",
    source: "the other rows",
    why: "llhttp tells of a message when it is whole: whether it would refuse this one is not to be seen, and we have closed the connection",
    ours: /^refused \w+ /,
    theirs: /^incomplete/,
  },
  {
    what: "methods llhttp does not know",
    of: "request",
    stricter: "llhttp",
    source: "RL9, RFC 9110 §9.1",
    why: "it has a table of its own; ours has all registered ones",
    ours: READ,
    theirs: /^refused HPE_INVALID_METHOD/,
  },
  {
    what: "the beginning of something that will be no method",
    of: "request",
    stricter: "llhttp",
    source: "RFC 9112 §3",
    why: "llhttp refuses at the first octet, we at the end of the line",
    ours: /^incomplete/,
    theirs: /^refused HPE_/,
  },
  {
    what: "framing fields among trailers",
    of: "request",
    stricter: "llhttp",
    source: "CH11, RFC 9110 §6.5.1",
    why: "we drop trailers that must not be, llhttp reads them as fields of a head",
    ours: READ,
    theirs: /^refused HPE_INVALID_(?:CONTENT_LENGTH|TRANSFER_ENCODING)/,
    octets: /\r\n0\r\n(?:[^\r]+\r\n)*(?:Content-Length|Transfer-Encoding):/,
  },
  {
    what: "octets of a path that a URI may not have",
    of: "request",
    stricter: "neither",
    source: "RL12, RFC 3986 §2.1",
    why: "browsers leave them raw; we encode them once, before a route is chosen",
    ours: /^read \["[^" ]+ [^" ]*%(?:7C|7B|7D|5E|5B|5D|60)/,
    theirs: /^read \["[^" ]+ [^" ]*[|{}^[\]`]/,
  },
  {
    what: "targets in absolute form",
    of: "request",
    stricter: "neither",
    source: "RL14, RFC 9112 §3.2.2",
    why: "we go on with the path, once the authority is known to be that of Host",
    ours: /^read \["[^" ]+ \//,
    theirs: /^read \["[^" ]+ https?:/i,
  },
  {
    what: "names with an underscore",
    of: "request",
    stricter: "ours",
    source: "HF10",
    why: "applications that see fields as variables cannot tell them from names with a hyphen: dropped",
    ours: READ,
    theirs: /\["[^"]*_[^"]*","/,
  },
];
