import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { checkAzCount, checkRoleName } from '../../shared/checks';
import { overlap, parseCidr, type Cidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import { EGRESS_NAT_GATEWAYS, type EgressNatGateways } from './egress-vpc';
import type { Spoke } from './spoke';

/** Private networks, which spokes must not reach by the default route: RFC 1918, and RFC 6598's shared address space. */
export const PRIVATE_NETWORKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** A spoke with its name, its network and its selected subnets. */
export interface KnownSpoke {
  readonly name: string;
  readonly vpc: ec2.IVpc;
  readonly cidr: string;
  readonly segment?: string;
  readonly attachmentSubnets: readonly ec2.ISubnet[];
  readonly subnets: readonly ec2.ISubnet[];
}

/** Names that `TransitGateway` uses in construct ids itself. */
const RESERVED_NAMES = ['Egress', 'Isolated'];

/** The props of `TransitGateway` that are checked, with their defaults. */
interface CheckedProps {
  readonly spokes: Readonly<Record<string, Spoke>>;
  readonly egressCidr: string;
  readonly azCount: number;
  readonly natGateways: EgressNatGateways;
  readonly amazonSideAsn: number;
}

/** Returns the spokes. Throws `InvalidValue` for the first invalid prop. */
export function validate(props: CheckedProps): readonly KnownSpoke[] {
  const { azCount, natGateways, amazonSideAsn, egressCidr } = props;
  checkAzCount(azCount);
  if (!EGRESS_NAT_GATEWAYS.includes(natGateways)) {
    throw new InvalidValue('natGateways', natGateways, `one of ${EGRESS_NAT_GATEWAYS.join(', ')}`);
  }
  const is = (from: number, to: number) => from <= amazonSideAsn && amazonSideAsn <= to;
  if (!Number.isInteger(amazonSideAsn) || !(is(64512, 65534) || is(4200000000, 4294967294))) {
    throw new InvalidValue('amazonSideAsn', amazonSideAsn, '64512 to 65534 or 4200000000 to 4294967294');
  }
  const egress = parseCidr('egressCidr', egressCidr);
  if (egress.prefix < 16 || egress.prefix > 24) {
    throw new InvalidValue('egressCidr', egressCidr, 'a network of /16 to /24');
  }
  const spokes = Object.entries(props.spokes).map(([name, spoke]) => known(name, spoke));
  if (spokes.length === 0) throw new InvalidValue('spokes', {}, 'at least one VPC');
  checkNetworks([{ name: 'egressCidr', cidr: egressCidr }, ...spokes]);
  return spokes;
}

function known(name: string, { vpc, segment, ...selected }: Spoke): KnownSpoke {
  for (const value of [name, segment ?? 'Segment']) {
    checkRoleName('spokes', value, RESERVED_NAMES);
  }
  const { subnets } = vpc.selectSubnets(
    selected.subnets ?? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  );
  const attachment = vpc.selectSubnets(
    selected.attachmentSubnets ?? { subnetGroupName: 'Attachment' },
  ).subnets;
  const zones = attachment.map(({ availabilityZone }) => availabilityZone);
  attachment.forEach(({ node, availabilityZone }, index) => {
    if (!zones.slice(0, index).includes(availabilityZone)) return;
    throw new InvalidValue('attachmentSubnets', `${node.id} of ${name}`, 'one subnet in each AZ');
  });
  for (const { node, availabilityZone } of subnets) {
    if (zones.includes(availabilityZone)) continue;
    const why = 'an attachment subnet in its AZ: the transit gateway accepts no traffic from other AZs';
    throw new InvalidValue('subnets', `${node.id} of ${name}`, why);
  }
  // `vpcCidrBlock` of a VPC in this app is a token. The literal CIDR block is in its resource.
  const { defaultChild } = vpc.node;
  const literal = defaultChild instanceof ec2.CfnVPC ? defaultChild.cidrBlock : undefined;
  return { name, vpc, cidr: literal ?? vpc.vpcCidrBlock, segment, attachmentSubnets: attachment, subnets };
}

function checkNetworks(named: readonly { readonly name: string; readonly cidr: string }[]): void {
  const privates = PRIVATE_NETWORKS.map((cidr) => parseCidr('private', cidr));
  const before: { text: string; network: Cidr }[] = [];
  for (const { name, cidr } of named) {
    if (Token.isUnresolved(cidr)) continue;
    const text = `${name} ${cidr}`;
    const network = parseCidr('spokes', cidr);
    // A spoke's route must be more specific than the blackhole route.
    if (!privates.some((range) => range.prefix < network.prefix && overlap(range, network))) {
      throw new InvalidValue('spokes', text, `a part of ${PRIVATE_NETWORKS.join(', ')}`);
    }
    const other = before.find((earlier) => overlap(earlier.network, network));
    if (other) throw new InvalidValue('spokes', text, `a network that does not overlap ${other.text}`);
    before.push({ text, network });
  }
}
