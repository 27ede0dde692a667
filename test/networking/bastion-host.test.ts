import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { BastionHost, type BastionHostProps } from '../../lib/networking/bastion-host/bastion-host';
import { newApp, sandbox, stackOf } from '../support/sandbox';

function synthesize(props: Omit<BastionHostProps, 'vpc'> = {}): Template {
  const stack = new Stack(newApp(), 'Test');
  new BastionHost(stack, 'Bastion', { vpc: new ec2.Vpc(stack, 'Vpc'), ...props });
  return Template.fromStack(stack);
}

describe('bastion-host', () => {
  const template = Template.fromStack(stackOf(sandbox(), 'BastionHost'));
  const trusted = Template.fromStack(
    stackOf(sandbox({ trustedCidrs: '203.0.113.0/24,198.51.100.7/32' }), 'BastionHost'),
  );
  const bastionGroup = { 'Fn::GetAtt': [Match.stringLikeRegexp('^BastionSecurityGroup'), 'GroupId'] };
  const privateGroup = { 'Fn::GetAtt': [Match.stringLikeRegexp('^PrivateSecurityGroup'), 'GroupId'] };

  it('has no inbound rule at all when no network is trusted', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Bastion host',
      SecurityGroupIngress: Match.absent(),
    });
    template.allResourcesProperties('AWS::EC2::SecurityGroupIngress', { GroupId: privateGroup });
  });

  it('stands in a private subnet without a public address when no network is trusted', () => {
    template.hasResourceProperties('AWS::EC2::Instance', {
      NetworkInterfaces: [
        Match.objectLike({
          AssociatePublicIpAddress: false,
          SubnetId: Match.objectLike({
            'Fn::GetStackOutput': { OutputName: Match.stringLikeRegexp('PrivateSubnet1') },
          }),
        }),
      ],
    });
  });

  it('accepts SSH from the trusted networks and nothing else', () => {
    trusted.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Bastion host',
      SecurityGroupIngress: [
        Match.objectLike({ CidrIp: '203.0.113.0/24', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }),
        Match.objectLike({ CidrIp: '198.51.100.7/32', IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }),
      ],
    });
    trusted.allResourcesProperties('AWS::EC2::SecurityGroupIngress', { GroupId: privateGroup });
  });

  it('stands in a public subnet with a public address when networks are trusted, or there is no NAT gateway', () => {
    const withoutNat = Template.fromStack(stackOf(sandbox({ natGateways: 'none' }), 'BastionHost'));
    for (const reachable of [trusted, withoutNat]) {
      reachable.hasResourceProperties('AWS::EC2::Instance', {
        NetworkInterfaces: [
          Match.objectLike({
            AssociatePublicIpAddress: true,
            SubnetId: {
              'Fn::GetStackOutput': Match.objectLike({ OutputName: Match.stringLikeRegexp('PublicSubnet1') }),
            },
          }),
        ],
      });
    }
    withoutNat.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Bastion host',
      SecurityGroupIngress: Match.absent(),
    });
  });

  it('opens connections for Session Manager over HTTPS and for SSH to the private instance, no others', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Bastion host',
      SecurityGroupEgress: [
        Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
      ],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: bastionGroup,
      DestinationSecurityGroupId: privateGroup,
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
    });
  });

  it("lets the private instance accept SSH from the bastion host's security group only", () => {
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: privateGroup,
      SourceSecurityGroupId: bastionGroup,
      IpProtocol: 'tcp',
      FromPort: 22,
      ToPort: 22,
    });
  });

  it('may do what Session Manager needs and nothing more', () => {
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 1);
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: [
              'ssm:UpdateInstanceInformation',
              'ssmmessages:CreateControlChannel',
              'ssmmessages:CreateDataChannel',
              'ssmmessages:OpenControlChannel',
              'ssmmessages:OpenDataChannel',
            ],
            Resource: '*',
          },
        ],
      },
    });
  });

  it('hands out credentials by IMDSv2 only, encrypts its volume and is watched by the minute', () => {
    template.resourceCountIs('AWS::EC2::Instance', 2);
    template.allResourcesProperties('AWS::EC2::Instance', {
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 8 } },
      ],
      Monitoring: true,
    });
  });

  it('runs the latest Amazon Linux 2023 on Graviton', () => {
    template.allResourcesProperties('AWS::EC2::Instance', { InstanceType: 't4g.nano' });
    template.hasParameter('*', {
      Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
      Default: Match.stringLikeRegexp('^/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-.*-arm64$'),
    });
  });

  it('moves to other hardware when its host fails', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'StatusCheckFailed_System',
      AlarmActions: [{ 'Fn::Join': ['', Match.arrayWith([':ec2:recover'])] }],
    });
  });

  it('takes an instance type and a key pair', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    new BastionHost(stack, 'Bastion', {
      vpc,
      instanceType: new ec2.InstanceType('t4g.small'),
      keyPair: ec2.KeyPair.fromKeyPairName(stack, 'KeyPair', 'mine'),
    });
    Template.fromStack(stack).hasResourceProperties('AWS::EC2::Instance', {
      InstanceType: 't4g.small',
      KeyName: 'mine',
    });
  });

  it('stands twice in one stack', () => {
    const stack = new Stack(newApp(), 'Test');
    const vpc = new ec2.Vpc(stack, 'Vpc');
    new BastionHost(stack, 'One', { vpc });
    new BastionHost(stack, 'Two', { vpc, trustedCidrs: ['203.0.113.0/24'] });
    Template.fromStack(stack).resourceCountIs('AWS::EC2::Instance', 2);
  });

  it.each<[Omit<BastionHostProps, 'vpc'>, string]>([
    [
      { trustedCidrs: ['0.0.0.0/0'] },
      'trustedCidrs: got "0.0.0.0/0", expected networks of your own, /8 or narrower',
    ],
    [{ trustedCidrs: ['128.0.0.0/1'] }, 'trustedCidrs: got "128.0.0.0/1", expected networks of your own'],
    [{ trustedCidrs: ['203.0.113.7'] }, 'trustedCidrs: got "203.0.113.7", expected an IPv4 network such as'],
    [{ trustedCidrs: ['203.0.113.0/24', 'office'] }, 'trustedCidrs: got "office", expected an IPv4 network'],
    [
      { trustedCidrs: ['203.0.113.7/24'] },
      'trustedCidrs: got "203.0.113.7/24", expected the start of the network, 203.0.113.0/24',
    ],
    [
      { trustedCidrs: ['203.0.113.0/24'], publicSubnet: false },
      'publicSubnet: got false, expected true beside trustedCidrs',
    ],
  ])('refuses %j in one line', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});
