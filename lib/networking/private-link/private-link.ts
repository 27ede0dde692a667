import { Aws, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { InvalidValue } from '../../shared/invalid-value';
import { PrivateLinkEndpoint } from './private-link-endpoint';
import { PrivateLinkService, type PrivateLinkTarget } from './private-link-service';

export interface PrivateLinkProps {
  /** Where the service is. */
  readonly providerVpc: ec2.IVpc;
  /**
   * Where the load balancer stands.
   * @default - as `vpc.selectSubnets()`: the private subnets; without those, the isolated ones; one in each AZ
   */
  readonly providerSubnets?: ec2.SubnetSelection;
  /** Where the service is used. Its network may be that of `providerVpc`. */
  readonly consumerVpc: ec2.IVpc;
  /**
   * Where the endpoint's interfaces stand, in AZs of the load balancer.
   * @default - as `vpc.selectSubnets()`: the private subnets; without those, the isolated ones; one in each AZ
   */
  readonly consumerSubnets?: ec2.SubnetSelection;
  /** Who serves. */
  readonly target: PrivateLinkTarget;
  /** TCP port on which the target listens, 1 to 65,535. */
  readonly targetPort: number;
  /**
   * TCP port of the service, 1 to 65,535.
   * @default 80
   */
  readonly port?: number;
  /**
   * Whether the load balancer refuses to be deleted.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/**
 * One service of a VPC in another VPC, and nothing else of either in the other: both ends, in one account and region.
 * Only this account may connect, so nobody has to accept it. Between accounts, each takes its own end:
 * `PrivateLinkService` and `PrivateLinkEndpoint`.
 *
 * Throws `InvalidValue` for ports out of range, and for consumer subnets in AZs that the service does not have.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
 */
export class PrivateLink extends Construct {
  readonly service: PrivateLinkService;
  readonly endpoint: PrivateLinkEndpoint;

  constructor(scope: Construct, id: string, props: PrivateLinkProps) {
    super(scope, id);
    const { providerVpc, providerSubnets, consumerVpc, consumerSubnets, port } = props;
    const served = zonesOf(providerVpc, providerSubnets);
    const missing = zonesOf(consumerVpc, consumerSubnets).find((zone) => !served.includes(zone));
    if (missing !== undefined) {
      throw new InvalidValue('consumerSubnets', missing, `AZs of the service: ${served.join(', ')}`);
    }

    this.service = new PrivateLinkService(this, 'Service', {
      vpc: providerVpc,
      subnets: providerSubnets,
      target: props.target,
      targetPort: props.targetPort,
      port,
      consumerAccounts: [Aws.ACCOUNT_ID],
      acceptanceRequired: false,
      deletionProtection: props.deletionProtection,
    });
    this.endpoint = new PrivateLinkEndpoint(this, 'Endpoint', {
      vpc: consumerVpc,
      subnets: consumerSubnets,
      serviceName: this.service.endpointService.vpcEndpointServiceName,
      port,
    });
    // Before it is allowed to connect, EC2 says that there is no such service.
    this.endpoint.endpoint.node.addDependency(this.service.endpointService);
  }
}

/** The AZs of the subnets. Those that only the deployment knows are told apart by how the template asks for them. */
function zonesOf(vpc: ec2.IVpc, subnets: ec2.SubnetSelection | undefined): string[] {
  return vpc.selectSubnets({ onePerAz: true, ...subnets }).availabilityZones.map((zone) => {
    const resolved: unknown = Stack.of(vpc).resolve(zone);
    return typeof resolved === 'string' ? resolved : JSON.stringify(resolved);
  });
}
