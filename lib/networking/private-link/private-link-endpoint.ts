import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { checkPort } from '../../shared/checks';
import { InvalidValue } from '../../shared/invalid-value';

export interface PrivateLinkEndpointProps {
  readonly vpc: ec2.IVpc;
  /**
   * Subnets of the endpoint's network interfaces, one in each AZ. All must be in AZs of the service. AWS charges for each.
   * @default - one private subnet in each AZ; if the VPC has none, isolated ones, or else public ones
   */
  readonly subnets?: ec2.SubnetSelection;
  /** Name of the endpoint service, from its provider: `com.amazonaws.vpce.<region>.vpce-svc-<id>`. */
  readonly serviceName: string;
  /**
   * TCP port of the service, 1 to 65,535.
   * @default 80
   */
  readonly port?: number;
}

const SERVICE_NAME = /^com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]+$/;

/**
 * The consumer's side: an interface endpoint for an endpoint service. It has an address of the consumer's VPC in each AZ.
 * Its security group accepts no connections until you allow a client: `endpoint.connections.allowDefaultPortFrom(client)`.
 *
 * Throws `InvalidValue` for a port out of range and for a malformed service name.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html#connect-to-endpoint-service
 */
export class PrivateLinkEndpoint extends Construct implements ec2.IConnectable {
  readonly endpoint: ec2.InterfaceVpcEndpoint;
  /** The default port is the port of the service. */
  readonly connections: ec2.Connections;

  constructor(scope: Construct, id: string, props: PrivateLinkEndpointProps) {
    super(scope, id);
    const { vpc, serviceName, port = 80 } = props;
    checkPort('port', port);
    if (!Token.isUnresolved(serviceName) && !SERVICE_NAME.test(serviceName)) {
      const expected = 'a name such as com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0';
      throw new InvalidValue('serviceName', serviceName, expected);
    }

    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Interface endpoint of an endpoint service',
      allowAllOutbound: false,
    });
    this.endpoint = new ec2.InterfaceVpcEndpoint(this, 'Endpoint', {
      vpc,
      subnets: { onePerAz: true, ...props.subnets },
      service: new ec2.InterfaceVpcEndpointService(serviceName, port),
      securityGroups: [securityGroup],
      // CDK's default accepts the whole VPC.
      open: false,
    });
    this.connections = this.endpoint.connections;
  }
}
