import { BlockList, isIP } from "node:net";

/** IPv4 networks of IANA's special-purpose registry, and what no server is meant to be called at. */
const CLOSED_4 = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT; Alibaba's metadata service
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // Azure's host agent, on an otherwise public network
  "169.254.0.0/16", // link-local; most clouds' metadata service
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments; Oracle's metadata service
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relay
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarking
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, broadcast
];

/** The only IPv6 network in public use. Loopback, IPv4-mapped, NAT64, unique local, link-local and multicast lie outside. */
const OPEN_6 = ["2000::/3"];
/** What is not public within it. */
const CLOSED_6 = [
  "2001::/23", // protocol assignments, Teredo
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4, which holds any IPv4 address
  "3fff::/20", // documentation
];

const closed4 = blockList(CLOSED_4, "ipv4");
const open6 = blockList(OPEN_6, "ipv6");
const closed6 = blockList(CLOSED_6, "ipv6");

/** True for an IP address, without brackets, of the public internet. False for all others and for what is no address. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !closed4.check(address, "ipv4");
    case 6:
      return open6.check(address, "ipv6") && !closed6.check(address, "ipv6");
    default:
      return false;
  }
}

function blockList(networks: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}
