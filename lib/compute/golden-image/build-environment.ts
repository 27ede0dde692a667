import { Aws, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { sessionManagerStatement } from '../../shared/session-manager';

export interface BuildEnvironmentProps {
  readonly name: string;
  readonly vpc: ec2.IVpc;
  readonly logGroup: ILogGroup;
  readonly components: readonly imagebuilder.CfnComponent[];
}

/**
 * Where images are built and tested: an instance in a private subnet, which accepts no connection and has a role for the build.
 *
 * @see https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-infra-config.html
 */
export class BuildEnvironment extends Construct {
  readonly configuration: imagebuilder.CfnInfrastructureConfiguration;

  constructor(scope: Construct, id: string, props: BuildEnvironmentProps) {
    super(scope, id);
    const { name, vpc } = props;
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: 'Instances that build and test images',
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS services and package repositories');
    const profile = new iam.InstanceProfile(this, 'InstanceProfile', { role: this.createRole(props) });
    const subnets = vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS });

    this.configuration = new imagebuilder.CfnInfrastructureConfiguration(this, 'Configuration', {
      name,
      instanceProfileName: profile.instanceProfileName,
      instanceTypes: ['t4g.small', 't4g.medium'],
      subnetId: subnets.subnetIds[0],
      securityGroupIds: [securityGroup.securityGroupId],
      instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      terminateInstanceOnFailure: true,
    });
  }

  /**
   * Allows what Systems Manager and Image Builder need on the instance. The managed policies of AWS also allow it to read all
   * parameters and components, and to create log groups.
   * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/EC2InstanceProfileForImageBuilder.html
   * Run Command needs no `ec2messages`: since version 3.3.40.0 the agent takes `ssmmessages`.
   * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
   */
  private createRole({ logGroup, components }: BuildEnvironmentProps): iam.IRole {
    const tools = `arn:${Aws.PARTITION}:s3:::ec2imagebuilder-*/*`;
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      statements: [
        sessionManagerStatement(),
        new iam.PolicyStatement({
          actions: ['imagebuilder:GetComponent'],
          resources: components.map(({ attrArn }) => attrArn),
        }),
        // Image Builder's own buckets, whose names have the Region in them.
        new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [tools] }),
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
      ],
    });
    Validations.of(policy).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'The actions of ssmmessages support no resource-level permissions. The agent acts for its own instance only.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::ec2imagebuilder-*/*]',
        reason:
          'The programs that Image Builder runs on the instance are in buckets of AWS with this prefix.',
      },
    );
    return new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      managedPolicies: [policy],
    });
  }
}
