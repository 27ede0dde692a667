import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Network } from '../../../lib/assertions/network';
import '../../../lib/assertions/network/matchers';

describe('network of a CDK app', () => {
  const app = new App();
  const stack = new Stack(app, 'Net');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    natGateways: 2,
    subnetConfiguration: [
      { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
      { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
    ],
    gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
  });
  const bastion = new ec2.BastionHostLinux(stack, 'Bastion', {
    vpc,
    subnetSelection: { subnetType: ec2.SubnetType.PUBLIC },
  });
  bastion.allowSshAccessFrom(ec2.Peer.ipv4('203.0.113.0/24'));
  const server = new ec2.Instance(stack, 'Server', {
    vpc,
    instanceType: new ec2.InstanceType('t4g.micro'),
    machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
  });
  server.connections.allowFrom(bastion, ec2.Port.tcp(22));
  const network = Network.fromApp(app);

  it('takes constructs, their paths and addresses as places', () => {
    expect(network).toReach({ source: '203.0.113.9', destination: bastion, port: 22 });
    expect(network).toReach({ source: bastion, destination: 'Net/Server', port: 22 });
    expect(network).not.toReach({ source: server, destination: bastion, port: 22 });
    expect(network).not.toReach({ source: 'internet', destination: server, port: 22 });
  });

  it('distinguishes trusted addresses from the rest of the internet', () => {
    const others = { internet: true, except: ['203.0.113.0/24'] } as const;
    expect(network).not.toReach({ source: others, destination: bastion, port: 22 });
  });

  it('routes a private subnet through the NAT gateway of its zone', () => {
    expect(network).toPassThrough({
      source: 'Net/Vpc/PrivateSubnet1',
      destination: 'internet',
      port: 443,
      component: 'Net/Vpc/PublicSubnet1/NATGateway',
    });
  });

  it('routes an isolated subnet to S3 by the gateway endpoint only', () => {
    const source = 'Net/Vpc/IsolatedSubnet1';
    expect(network).toPassThrough({ source, destination: { service: 's3' }, component: 'Net/Vpc/S3' });
    expect(network).not.toReach({ source, destination: 'internet', protocol: 'all' });
  });
});
