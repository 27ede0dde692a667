import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AutoScalingWebStack } from './compute/auto-scaling-web/auto-scaling-web-stack';
import { PathRoutedServicesStack } from './containers/path-routed-services/path-routed-services-stack';
import { DnsFailoverStack } from './dns/dns-failover/dns-failover-stack';
import { DnsRecordsStack } from './dns/dns-records/dns-records-stack';
import { SplitViewDnsStack } from './dns/split-view-dns/split-view-dns-stack';
import { HealthChecksStack } from './dns/health-checks/health-checks-stack';
import { RoutingPoliciesStack } from './dns/routing-policies/routing-policies-stack';
import { BastionHostStack } from './networking/bastion-host/bastion-host-stack';
import { DualStackVpcStack } from './networking/dual-stack-vpc/dual-stack-vpc-stack';
import { GatewayLoadBalancerStack } from './networking/gateway-load-balancer/gateway-load-balancer-stack';
import { MultiAzVpcStack } from './networking/multi-az-vpc/multi-az-vpc-stack';
import { PrivateEndpointsStack } from './networking/private-endpoints/private-endpoints-stack';
import { PrivateLinkStack } from './networking/private-link/private-link-stack';
import { SiteToSiteVpnStack } from './networking/site-to-site-vpn/site-to-site-vpn-stack';
import { SubnetFirewallsStack } from './networking/subnet-firewalls/subnet-firewalls-stack';
import { TransitGatewayStack } from './networking/transit-gateway/transit-gateway-stack';
import { VpcPeeringStack } from './networking/vpc-peering/vpc-peering-stack';
import { ScheduledFunctionStack } from './serverless/scheduled-function/scheduled-function-stack';
import { ThumbnailPipelineStack } from './serverless/thumbnail-pipeline/thumbnail-pipeline-stack';
import type { Parameters } from './parameters';

/** What an architecture of the catalogue is given: the parameters, and the stacks that stand before it. */
export interface Sandbox {
  readonly parameters: Parameters;
  /** The stack of an earlier architecture, by its class. Throws when that one comes later in the catalogue. */
  readonly stack: <T extends Stack>(type: abstract new (...args: never[]) => T) => T;
}

/** One architecture, and how its stack is made from the sandbox's parameters and the stacks before it. */
export interface Architecture {
  /** Name of its folder and its file, and value of the `architecture` tag on each of its resources. */
  readonly id: string;
  readonly domain: string;
  /** Name of its stack, as `cdk list` shows it. */
  readonly stackName: string;
  readonly create: (scope: Construct, stackName: string, sandbox: Sandbox) => Stack;
}

/** Every architecture, each after those whose stacks it uses. */
export const catalog: readonly Architecture[] = [
  {
    id: 'multi-az-vpc',
    domain: 'networking',
    stackName: 'MultiAzVpc',
    create: (scope, stackName, { parameters: { azCount, vpcCidr, natGateways } }) =>
      new MultiAzVpcStack(scope, stackName, { azCount, vpcCidr, natGateways }),
  },
  {
    id: 'bastion-host',
    domain: 'networking',
    stackName: 'BastionHost',
    create: (scope, stackName, { parameters: { trustedCidrs, natGateways }, stack }) =>
      new BastionHostStack(scope, stackName, {
        vpc: stack(MultiAzVpcStack).network.vpc,
        trustedCidrs,
        natGateways,
      }),
  },
  {
    id: 'vpc-peering',
    domain: 'networking',
    stackName: 'VpcPeering',
    create: (scope, stackName) => new VpcPeeringStack(scope, stackName),
  },
  {
    id: 'dual-stack-vpc',
    domain: 'networking',
    stackName: 'DualStackVpc',
    create: (scope, stackName, { parameters: { azCount } }) =>
      new DualStackVpcStack(scope, stackName, { azCount }),
  },
  {
    id: 'private-endpoints',
    domain: 'networking',
    stackName: 'PrivateEndpoints',
    create: (scope, stackName) => new PrivateEndpointsStack(scope, stackName),
  },
  {
    id: 'subnet-firewalls',
    domain: 'networking',
    stackName: 'SubnetFirewalls',
    create: (scope, stackName, { parameters: { natGateways } }) =>
      new SubnetFirewallsStack(scope, stackName, { natGateways }),
  },
  {
    id: 'private-link',
    domain: 'networking',
    stackName: 'PrivateLink',
    create: (scope, stackName) => new PrivateLinkStack(scope, stackName),
  },
  {
    id: 'transit-gateway',
    domain: 'networking',
    stackName: 'TransitGateway',
    create: (scope, stackName, { parameters: { natGateways } }) =>
      new TransitGatewayStack(scope, stackName, { natGateways }),
  },
  {
    id: 'site-to-site-vpn',
    domain: 'networking',
    stackName: 'SiteToSiteVpn',
    create: (scope, stackName, { parameters: { alarmEmail }, stack }) =>
      new SiteToSiteVpnStack(scope, stackName, { vpc: stack(MultiAzVpcStack).network.vpc, alarmEmail }),
  },
  {
    id: 'gateway-load-balancer',
    domain: 'networking',
    stackName: 'GatewayLoadBalancer',
    create: (scope, stackName) => new GatewayLoadBalancerStack(scope, stackName),
  },
  {
    id: 'auto-scaling-web',
    domain: 'compute',
    stackName: 'AutoScalingWeb',
    create: (
      scope,
      stackName,
      { parameters: { natGateways, domainName, hostedZoneId, alarmEmail }, stack },
    ) =>
      new AutoScalingWebStack(scope, stackName, {
        vpc: stack(MultiAzVpcStack).network.vpc,
        natGateways,
        domainName,
        hostedZoneId,
        alarmEmail,
      }),
  },
  {
    id: 'path-routed-services',
    domain: 'containers',
    stackName: 'PathRoutedServices',
    create: (scope, stackName, { parameters: { natGateways, domainName, hostedZoneId }, stack }) =>
      new PathRoutedServicesStack(scope, stackName, {
        vpc: stack(MultiAzVpcStack).network.vpc,
        natGateways,
        domainName,
        hostedZoneId,
      }),
  },
  {
    id: 'scheduled-function',
    domain: 'serverless',
    stackName: 'ScheduledFunction',
    create: (scope, stackName, { parameters: { alarmEmail } }) =>
      new ScheduledFunctionStack(scope, stackName, { alarmEmail }),
  },
  {
    id: 'thumbnail-pipeline',
    domain: 'serverless',
    stackName: 'ThumbnailPipeline',
    create: (scope, stackName, { parameters: { alarmEmail } }) =>
      new ThumbnailPipelineStack(scope, stackName, { alarmEmail }),
  },
  {
    id: 'dns-failover',
    domain: 'dns',
    stackName: 'DnsFailover',
    create: (scope, stackName, { parameters: { domainName, hostedZoneId, alarmEmail }, stack }) =>
      new DnsFailoverStack(scope, stackName, {
        web: stack(AutoScalingWebStack).web,
        domainName,
        hostedZoneId,
        alarmEmail,
      }),
  },
  {
    id: 'routing-policies',
    domain: 'dns',
    stackName: 'RoutingPolicies',
    create: (scope, stackName, { parameters: { domainName, hostedZoneId } }) =>
      new RoutingPoliciesStack(scope, stackName, { domainName, hostedZoneId }),
  },
  {
    id: 'health-checks',
    domain: 'dns',
    stackName: 'HealthChecks',
    create: (scope, stackName, { parameters: { domainName, hostedZoneId, alarmEmail } }) =>
      new HealthChecksStack(scope, stackName, { domainName, hostedZoneId, alarmEmail }),
  },
  {
    id: 'split-view-dns',
    domain: 'dns',
    stackName: 'SplitViewDns',
    create: (scope, stackName, { parameters: { domainName, hostedZoneId }, stack }) =>
      new SplitViewDnsStack(scope, stackName, {
        vpc: stack(MultiAzVpcStack).network.vpc,
        domainName,
        hostedZoneId,
      }),
  },
  {
    id: 'dns-records',
    domain: 'dns',
    stackName: 'DnsRecords',
    create: (scope, stackName, { parameters: { domainName, hostedZoneId } }) =>
      new DnsRecordsStack(scope, stackName, { domainName, hostedZoneId }),
  },
];
