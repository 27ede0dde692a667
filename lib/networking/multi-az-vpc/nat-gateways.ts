/** The ways in which the private tier can reach the internet. */
export const NAT_GATEWAYS = ['per-az', 'single', 'regional', 'none'] as const;

/**
 * - `per-az`: one NAT gateway in each AZ; each private subnet uses the one in its own AZ.
 * - `single`: one NAT gateway in the first AZ. When that AZ fails, no private subnet has egress.
 * - `regional`: one NAT gateway that AWS spreads over the AZs in use.
 * - `none`: the private tier has no egress.
 */
export type NatGateways = (typeof NAT_GATEWAYS)[number];
