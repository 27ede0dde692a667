import { Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { inOrder, portsOf, type Rule } from './rules';

export interface SubnetNetworkAclProps {
  readonly vpc: ec2.IVpc;
  /** Subnets that use the network ACL. A subnet has one network ACL. */
  readonly subnets: readonly ec2.ISubnet[];
  /** Inbound rules, in any order. Traffic that matches no rule is denied. */
  readonly inbound: readonly Rule[];
  /** Outbound rules. They must also allow replies: a network ACL is stateless. */
  readonly outbound: readonly Rule[];
}

/**
 * A network ACL with inbound and outbound rules, associated with subnets.
 *
 * Throws `InvalidValue` for a rule number that is out of range or used twice, for more than 20 rules in a direction,
 * and for a rule that can never match because an earlier one covers it.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
 */
export class SubnetNetworkAcl extends Construct {
  readonly networkAcl: ec2.NetworkAcl;

  constructor(scope: Construct, id: string, props: SubnetNetworkAclProps) {
    super(scope, id);
    const tables = {
      Inbound: inOrder(`${id} inbound`, props.inbound),
      Outbound: inOrder(`${id} outbound`, props.outbound),
    };

    this.networkAcl = new ec2.NetworkAcl(this, 'NetworkAcl', { vpc: props.vpc });
    // The construct id contains the rule number. CloudFormation replaces an entry by creating the new one first. EC2 refuses
    // that while another entry has its number.
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
      // A network ACL without entries denies all traffic. So create the entries before the association.
      association.node.addDependency(...entries);
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-VPC3',
      reason:
        'Network ACLs are the purpose of this architecture: they deny networks. Security groups still apply.',
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
