import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { inOrder, portsOf, type Rule } from './rules';

export interface SubnetFirewallProps {
  readonly vpc: ec2.IVpc;
  /** The subnets in front of which it stands. A subnet has one network ACL. */
  readonly subnets: readonly ec2.ISubnet[];
  /** What may come in, in any order. What no rule names may not. */
  readonly inbound: readonly Rule[];
  /** What may go out, replies included: a network ACL does not remember what it let in. */
  readonly outbound: readonly Rule[];
}

/**
 * A network ACL in front of subnets, from two tables of rules.
 *
 * Throws `InvalidValue` for a number that is out of range or taken twice, for more than 20 rules in a direction,
 * and for a rule that can never match because an earlier one covers it.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export class SubnetFirewall extends Construct {
  readonly networkAcl: ec2.NetworkAcl;

  constructor(scope: Construct, id: string, props: SubnetFirewallProps) {
    super(scope, id);
    const tables = {
      Inbound: inOrder(`${id} inbound`, props.inbound),
      Outbound: inOrder(`${id} outbound`, props.outbound),
    };

    this.networkAcl = new ec2.NetworkAcl(this, 'NetworkAcl', { vpc: props.vpc });
    // The id of an entry is its number, which CloudFormation cannot change in place: it would create the new entry
    // before it deletes the old one, and a number that is still taken is refused.
    const entries = (['Inbound', 'Outbound'] as const).flatMap((direction) =>
      tables[direction].map((rule) =>
        this.networkAcl.addEntry(`${direction}${rule.number}`, {
          ruleNumber: rule.number,
          direction: direction === 'Inbound' ? ec2.TrafficDirection.INGRESS : ec2.TrafficDirection.EGRESS,
          ruleAction: rule.action === 'allow' ? ec2.Action.ALLOW : ec2.Action.DENY,
          cidr: ec2.AclCidr.ipv4(rule.cidr),
          traffic: trafficOf(rule),
        }),
      ),
    );
    props.subnets.forEach((subnet, index) => {
      const association = new ec2.SubnetNetworkAclAssociation(this, `Association${index + 1}`, {
        networkAcl: this.networkAcl,
        subnet,
      });
      // Without its entries, the new ACL would cut the subnet off for as long as it takes to create them.
      association.node.addDependency(...entries);
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-VPC3',
      reason:
        'Network ACLs are the subject here: a deny list and a second wall, with security groups behind them.',
    });
  }
}

function trafficOf(rule: Rule): ec2.AclTraffic {
  const { protocol, from, to } = portsOf('traffic', rule);
  switch (protocol) {
    case 'all':
      return ec2.AclTraffic.allTraffic();
    case 'path-mtu':
      return ec2.AclTraffic.icmp({ type: 3, code: 4 });
    case 'udp':
      return ec2.AclTraffic.udpPortRange(from, to);
    default:
      return ec2.AclTraffic.tcpPortRange(from, to);
  }
}
