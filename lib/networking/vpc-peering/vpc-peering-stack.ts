import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Port } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { PrivateInstance } from '../bastion-host/private-instance';
import { FlowLogs } from '../multi-az-vpc/flow-logs';
import { PrivateNetwork } from './private-network';
import { VpcPeering, type VpcPeeringProps } from './vpc-peering';

export interface VpcPeeringStackProps extends StackProps, Partial<Pick<VpcPeeringProps, 'pairs'>> {}

const NETWORKS = { A: '10.1.0.0/16', B: '10.2.0.0/16', C: '10.3.0.0/16' };

/** Three VPCs with an instance in each. A and B are peered, and so are B and C. A and C cannot reach each other. */
export class VpcPeeringStack extends Stack {
  readonly peering: VpcPeering;

  constructor(scope: Construct, id: string, props: VpcPeeringStackProps = {}) {
    super(scope, id, props);
    const {
      pairs = [
        ['A', 'B'],
        ['B', 'C'],
      ],
    } = props;

    const vpcs = Object.entries(NETWORKS).map(([name, vpcCidr]) => {
      const network = new PrivateNetwork(this, name, { vpcCidr });
      const { vpc } = network;
      // The sandbox deletes everything. In production, leave removalPolicy out, so that flow logs are retained.
      new FlowLogs(this, `${name}FlowLogs`, { vpc, removalPolicy: RemovalPolicy.DESTROY });
      const server = new PrivateInstance(this, `${name}Server`, { vpc });
      server.connections.allowFrom(network.instanceConnectEndpoint, Port.SSH, 'SSH from the administrators');
      new CfnOutput(this, `${name}InstanceId`, { value: server.instance.instanceId });
      return { name, vpc, server };
    });

    this.peering = new VpcPeering(this, 'Peering', {
      vpcs: Object.fromEntries(
        vpcs.map(({ name, vpc }) => [name, { vpc, subnets: { subnetGroupName: 'Peered' } }]),
      ),
      pairs,
      domain: 'peering.internal',
    });

    const servers = new Map(vpcs.map(({ name, server }) => [name, server]));
    for (const { name, server } of vpcs) {
      this.peering.addName(name, 'server', server.instance.instancePrivateIp);
    }
    for (const [from, to] of pairs) {
      const [client, server] = [servers.get(from), servers.get(to)];
      if (client && server) this.peering.between(from, to).allow('Ssh', { client, server, port: Port.SSH });
    }
  }
}
