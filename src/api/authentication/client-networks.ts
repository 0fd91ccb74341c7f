import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import proxyAddr from "proxy-addr";

/** Headers by which proxies say for which client they send a request. */
const forwardedHeaders = ["x-forwarded-for", "forwarded", "x-real-ip"];

/** At most so many addresses are reported, because a client can write these headers too. */
const maxReported = 10;

/** Tells which network a request comes from, behind proxies too: anonymous clients of one network share a rate limit. */
export class ClientNetworks {
  private readonly isProxy: (address: string, index: number) => boolean;

  private readonly reported = new Set<string>();

  /**
   * @param trusted Addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed.
   * @param untrusted Called once for each address that forwards requests and is not trusted: its clients share one rate limit.
   */
  constructor(
    trusted: readonly string[],
    private readonly untrusted: (address: string) => void = () => undefined,
  ) {
    this.isProxy = proxyAddr.compile([...trusted]);
  }

  /** The client's IPv4 address, or the first 64 bits of its IPv6 address: a customer of a provider has at least that many. */
  of(request: Pick<IncomingMessage, "headers" | "socket">): string {
    const { headers, socket } = request;
    const sender = socket.remoteAddress ?? "";
    if (forwardedHeaders.some((name) => headers[name] !== undefined) && !this.isProxy(sender, 0)) this.report(sender);
    const addresses = proxyAddr.all(request as IncomingMessage, this.isProxy);
    // A proxy may forward a text that is no address ("unknown"); the request then counts as the proxy's own.
    return networkOf(addresses.findLast((address) => isIP(address ?? "") !== 0) ?? "");
  }

  private report(sender: string): void {
    if (sender === "") return;
    const address = ipaddr.process(sender).toString();
    if (this.reported.has(address) || this.reported.size >= maxReported) return;
    this.reported.add(address);
    this.untrusted(address);
  }
}

function networkOf(address: string): string {
  if (address === "") return "";
  // Also turns an IPv4 address that is written as an IPv6 address into an IPv4 address.
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(":");
}
