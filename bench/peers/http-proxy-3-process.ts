// A process: as http-proxy-process.ts, with the package that goes on where http-proxy stopped.
process.argv[3] = "http-proxy-3";
await import("./http-proxy-process.ts");
