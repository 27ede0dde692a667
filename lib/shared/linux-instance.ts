import * as ec2 from 'aws-cdk-lib/aws-ec2';

/**
 * Settings of every instance: the latest Amazon Linux 2023 on Graviton, IMDSv2 only with a hop limit of 1, an encrypted
 * gp3 volume of 8 GiB, and detailed monitoring.
 */
export const LINUX_INSTANCE = {
  instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
  machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
  blockDevices: [
    {
      deviceName: '/dev/xvda',
      volume: ec2.BlockDeviceVolume.ebs(8, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3 }),
    },
  ],
  httpTokens: ec2.HttpTokens.REQUIRED,
  httpPutResponseHopLimit: 1,
  detailedMonitoring: true,
  ebsOptimized: true,
} satisfies Partial<ec2.InstanceProps>;

/** The same settings for a launch template. Its instances have no public address. */
export const LINUX_LAUNCH_TEMPLATE = {
  ...LINUX_INSTANCE,
  httpTokens: ec2.LaunchTemplateHttpTokens.REQUIRED,
  associatePublicIpAddress: false,
};
