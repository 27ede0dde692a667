import type { Resource } from '../../templates';
import type { NetworkInterface } from './components';
import { dataStores } from './data-stores';
import {
  attachedInterfaces,
  autoScalingGroup,
  elasticAddresses,
  instance,
  networkInterface,
} from './instances';
import { classicLoadBalancer, loadBalancer, readListeners } from './load-balancers';
import {
  type Properties,
  type InterfaceSpec,
  type InterfaceContext,
  makeInterfaces,
} from './network-interfaces';
import { asFlag, asList, asRecord, isOneOf } from '../../templates/properties';

/** The interfaces of every resource that is known to have some. */
export function readInterfaces(context: InterfaceContext): NetworkInterface[] {
  const { templates } = context;
  const elastic = elasticAddresses(templates);
  const attachments = attachedInterfaces(templates);
  const listeners = readListeners(templates);
  const specs: Readonly<Record<string, (properties: Properties, resource: Resource) => InterfaceSpec[]>> = {
    'AWS::EC2::Instance': (p, r) => instance(templates, p, r, elastic, attachments),
    'AWS::EC2::NetworkInterface': (p, r) => [networkInterface(p, elastic.of(r))],
    'AWS::AutoScaling::AutoScalingGroup': (p) => autoScalingGroup(templates, p),
    'AWS::ElasticLoadBalancingV2::LoadBalancer': (p, r) => loadBalancer(p, r, listeners),
    'AWS::ElasticLoadBalancing::LoadBalancer': (p) => [classicLoadBalancer(p)],
    'AWS::ECS::Service': (p) => ecsService(p),
    'AWS::Lambda::Function': (p) => lambdaFunction(p),
    'AWS::EC2::InstanceConnectEndpoint': (p) => [
      {
        subnets: p.SubnetId,
        groups: p.SecurityGroupIds,
        publicIpv4: false,
        closed: 'an Instance Connect endpoint is reached through the EC2 API only',
      },
    ],
    'AWS::EFS::MountTarget': (p) => [
      {
        subnets: p.SubnetId,
        groups: p.SecurityGroups,
        publicIpv4: false,
        address: p.IpAddress,
        ipv6: false,
      },
    ],
    'AWS::Route53Resolver::ResolverEndpoint': (p) => [resolverEndpoint(p)],
    ...dataStores(templates),
  };
  return Object.entries(specs).flatMap(([type, read]) =>
    templates
      .ofType(type)
      .flatMap((resource) =>
        read(resource.properties, resource).flatMap((spec) => makeInterfaces(context, resource, spec)),
      ),
  );
}

function ecsService(p: Properties): InterfaceSpec[] {
  const { Subnets, SecurityGroups, AssignPublicIp } = asRecord(
    asRecord(p.NetworkConfiguration).AwsvpcConfiguration,
  );
  return [
    {
      subnets: Subnets,
      groups: SecurityGroups,
      publicIpv4: isOneOf(AssignPublicIp, ['ENABLED'], false),
    },
  ];
}

function lambdaFunction(p: Properties): InterfaceSpec[] {
  const { SubnetIds, SecurityGroupIds, Ipv6AllowedForDualStack } = asRecord(p.VpcConfig);
  return [
    {
      subnets: SubnetIds,
      groups: SecurityGroupIds,
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
      publicIpv4: false,
      ipv6: asFlag(Ipv6AllowedForDualStack, false),
      closed: 'a Lambda function accepts no connections on its interfaces',
    },
  ];
}

function resolverEndpoint(p: Properties): InterfaceSpec {
  const inbound = isOneOf(p.Direction, ['INBOUND'], false);
  const doubt = inbound === 'doubt' ? 'its Direction is not known before deployment' : undefined;
  return {
    subnets: asList(p.IpAddresses).map((address) => asRecord(address).SubnetId ?? null),
    groups: p.SecurityGroupIds,
    publicIpv4: false,
    listens:
      inbound === false
        ? undefined
        : [
            { protocol: 6, port: 53, doubt },
            { protocol: 17, port: 53, doubt },
          ],
    closed: inbound === false ? 'an outbound resolver endpoint accepts no connections' : undefined,
  };
}
