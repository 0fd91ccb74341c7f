import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";

/** Headers by which proxies say for which client they send a request. */
const forwardedHeaders = ["x-forwarded-for", "forwarded", "x-real-ip"];

/** So many addresses are told of at most: a client can write these headers too. */
const mostReported = 10;

/** Tells where a request comes from, behind proxies too: what strangers of one network spend is counted together. */
export class ClientNetworks {
  private readonly proxies = new BlockList();

  private readonly reported = new Set<string>();

  /**
   * @param trusted Addresses and networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` is believed.
   * @param untrusted Told once of each address that forwards requests and is not trusted: its clients share one budget.
   */
  constructor(
    trusted: readonly string[],
    private readonly untrusted: (address: string) => void = () => undefined,
  ) {
    for (const each of trusted) {
      const [address = "", bits] = each.split("/");
      const family = isIPv6(address) ? "ipv6" : "ipv4";
      if (bits === undefined) this.proxies.addAddress(address, family);
      else this.proxies.addSubnet(address, Number(bits), family);
    }
  }

  /** The client's IPv4 address, or the 64 bits of its IPv6 address that one customer has for himself. */
  of({ headers, socket }: Pick<IncomingMessage, "headers" | "socket">): string {
    const forwarded = String(headers["x-forwarded-for"] ?? "").split(",");
    let address = plain(socket.remoteAddress ?? "");
    if (!this.isProxy(address) && forwardedHeaders.some((name) => headers[name] !== undefined)) this.report(address);
    for (let next = forwarded.pop(); next !== undefined && this.isProxy(address); next = forwarded.pop()) {
      // Who says no address is not believed to stand for anybody else.
      if (isIP(plain(next)) === 0) break;
      address = plain(next);
    }
    return isIPv6(address) ? groupsOf(address).slice(0, 4).join(":") : address;
  }

  private report(address: string): void {
    if (address === "" || this.reported.has(address) || this.reported.size >= mostReported) return;
    this.reported.add(address);
    this.untrusted(address);
  }

  private isProxy(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.proxies.check(address, family === 6 ? "ipv6" : "ipv4");
  }
}

/** An IPv4 address may come written as one of IPv6. */
const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.)/i, "");

/** The eight groups of an IPv6 address, the zeros in its middle written out. */
function groupsOf(address: string): string[] {
  const [head = [], tail = []] = address.split("::").map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => "0");
  return [...head, ...zeros, ...tail].map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""));
}
