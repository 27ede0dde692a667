import { App, Stack, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { AwsSolutionsChecks } from 'cdk-nag';

// What a synthesis must not let pass; test/app.test.ts sees to that.
const app = new App();
const stack = new Stack(app, 'Unsafe');
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'] });
const group = new ec2.SecurityGroup(stack, 'OpenToTheWorld', { vpc });
group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.SSH);
new ec2.CfnSubnet(stack, 'ImpossibleSubnet', { vpcId: 'vpc-1', cidrBlock: '10.0.0.0/99' });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
