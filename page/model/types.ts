/** What the drawing calls a resource type, and its icon in the package `aws-icons`. */
export interface TypeInfo {
  readonly name: string;
  readonly icon: string;
}

const resource = (name: string, icon: string): TypeInfo => ({ name, icon: `resource/${icon}` });
const service = (name: string, icon: string): TypeInfo => ({ name, icon: `architecture-service/${icon}` });

const TYPES: Readonly<Record<string, TypeInfo>> = {
  'AWS::ApiGateway::RestApi': service('REST API', 'AmazonAPIGateway'),
  'AWS::ApiGatewayV2::Api': service('API', 'AmazonAPIGateway'),
  'AWS::AppSync::GraphQLApi': service('GraphQL API', 'AWSAppSync'),
  'AWS::AutoScaling::AutoScalingGroup': resource('Auto Scaling group', 'AmazonEC2AutoScaling'),
  'AWS::CloudFront::Distribution': service('CloudFront distribution', 'AmazonCloudFront'),
  'AWS::CloudFront::Function': resource('CloudFront function', 'AmazonCloudFrontFunctions'),
  'AWS::CloudTrail::Trail': service('CloudTrail trail', 'AWSCloudTrail'),
  'AWS::CloudWatch::Alarm': resource('Alarm', 'AmazonCloudWatchAlarm'),
  'AWS::CloudWatch::Dashboard': service('Dashboard', 'AmazonCloudWatch'),
  'AWS::DynamoDB::GlobalTable': resource('DynamoDB table', 'AmazonDynamoDBTable'),
  'AWS::DynamoDB::Table': resource('DynamoDB table', 'AmazonDynamoDBTable'),
  'AWS::EC2::CustomerGateway': resource('Customer gateway', 'AmazonVPCCustomerGateway'),
  'AWS::EC2::EgressOnlyInternetGateway': resource('Egress-only internet gateway', 'AmazonVPCInternetGateway'),
  'AWS::EC2::Instance': resource('Instance', 'AmazonEC2Instance'),
  'AWS::EC2::InstanceConnectEndpoint': resource('Instance Connect Endpoint', 'AmazonVPCEndpoints'),
  'AWS::EC2::InternetGateway': resource('Internet gateway', 'AmazonVPCInternetGateway'),
  'AWS::EC2::NatGateway': resource('NAT gateway', 'AmazonVPCNATGateway'),
  'AWS::EC2::NetworkInterface': resource('Network interface', 'AmazonVPCElasticNetworkInterface'),
  'AWS::EC2::TransitGateway': service('Transit gateway', 'AWSTransitGateway'),
  'AWS::EC2::TransitGatewayAttachment': resource('Transit gateway attachment', 'AWSTransitGatewayAttachment'),
  'AWS::EC2::TransitGatewayVpcAttachment': resource(
    'Transit gateway attachment',
    'AWSTransitGatewayAttachment',
  ),
  'AWS::EC2::VPC': { name: 'VPC', icon: 'architecture-group/VirtualprivatecloudVPC' },
  'AWS::EC2::VPCEndpoint': resource('VPC endpoint', 'AmazonVPCEndpoints'),
  'AWS::EC2::VPCEndpointService': service('Endpoint service', 'AWSPrivateLink'),
  'AWS::EC2::VPCPeeringConnection': resource('Peering connection', 'AmazonVPCPeeringConnection'),
  'AWS::EC2::VPNConnection': resource('VPN connection', 'AmazonVPCVPNConnection'),
  'AWS::EC2::VPNGateway': resource('Virtual private gateway', 'AmazonVPCVPNGateway'),
  'AWS::ECS::Cluster': service('ECS cluster', 'AmazonElasticContainerService'),
  'AWS::ECS::Service': resource('ECS service', 'AmazonElasticContainerServiceService'),
  'AWS::EFS::FileSystem': resource('EFS file system', 'AmazonElasticFileSystemFileSystem'),
  'AWS::EFS::MountTarget': service('EFS mount target', 'AmazonEFS'),
  'AWS::EKS::Cluster': service('EKS cluster', 'AmazonElasticKubernetesService'),
  'AWS::ElasticLoadBalancing::LoadBalancer': resource(
    'Classic Load Balancer',
    'ElasticLoadBalancingClassicLoadBalancer',
  ),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': resource(
    'Application Load Balancer',
    'ElasticLoadBalancingApplicationLoadBalancer',
  ),
  'AWS::Events::EventBus': resource('Event bus', 'AmazonEventBridgeCustomEventBus'),
  'AWS::Events::Rule': resource('EventBridge rule', 'AmazonEventBridgeRule'),
  'AWS::KMS::Key': service('KMS key', 'AWSKeyManagementService'),
  'AWS::Kinesis::Stream': service('Kinesis stream', 'AmazonKinesisDataStreams'),
  'AWS::KinesisFirehose::DeliveryStream': service('Firehose stream', 'AmazonDataFirehose'),
  'AWS::Lambda::Function': service('Lambda function', 'AWSLambda'),
  'AWS::Lambda::Url': resource('Function URL', 'AmazonAPIGatewayEndpoint'),
  'AWS::Pipes::Pipe': resource('EventBridge pipe', 'AmazonEventBridgePipes'),
  'AWS::RDS::DBCluster': service('Aurora cluster', 'AmazonAurora'),
  'AWS::RDS::DBInstance': service('RDS instance', 'AmazonRDS'),
  'AWS::RDS::DBProxy': resource('RDS Proxy', 'AmazonRDSProxyInstance'),
  'AWS::Route53::HealthCheck': service('Health check', 'AmazonRoute53'),
  'AWS::Route53::HostedZone': resource('Hosted zone', 'AmazonRoute53HostedZone'),
  'AWS::Route53Resolver::ResolverEndpoint': resource('Resolver endpoint', 'AmazonRoute53Resolver'),
  'AWS::S3::Bucket': resource('S3 bucket', 'AmazonSimpleStorageServiceBucket'),
  'AWS::SNS::Topic': resource('SNS topic', 'AmazonSimpleNotificationServiceTopic'),
  'AWS::SQS::Queue': resource('SQS queue', 'AmazonSimpleQueueServiceQueue'),
  'AWS::SSM::Parameter': resource('SSM parameter', 'AWSSystemsManagerParameterStore'),
  'AWS::Scheduler::Schedule': resource('Schedule', 'AmazonEventBridgeScheduler'),
  'AWS::SecretsManager::Secret': service('Secret', 'AWSSecretsManager'),
  'AWS::StepFunctions::StateMachine': service('State machine', 'AWSStepFunctions'),
  'AWS::WAFv2::WebACL': service('Web ACL', 'AWSWAF'),
};

/** The icon of each service, by the second part of a resource type. */
const SERVICES: Readonly<Record<string, TypeInfo>> = {
  ACMPCA: service('Private CA', 'AWSPrivateCertificateAuthority'),
  AccessAnalyzer: resource('IAM Access Analyzer', 'AWSIdentityAccessManagementIAMAccessAnalyzer'),
  AmazonMQ: service('Amazon MQ', 'AmazonMQ'),
  ApiGateway: service('API Gateway', 'AmazonAPIGateway'),
  ApiGatewayV2: service('API Gateway', 'AmazonAPIGateway'),
  AppConfig: service('AppConfig', 'AWSAppConfig'),
  AppRunner: service('App Runner', 'AWSAppRunner'),
  AppSync: service('AppSync', 'AWSAppSync'),
  ApplicationAutoScaling: service('Application Auto Scaling', 'AWSApplicationAutoScaling'),
  Athena: service('Athena', 'AmazonAthena'),
  AutoScaling: service('Auto Scaling', 'AmazonEC2AutoScaling'),
  Backup: service('Backup', 'AWSBackup'),
  Batch: service('Batch', 'AWSBatch'),
  Bedrock: service('Bedrock', 'AmazonBedrock'),
  Budgets: service('Budgets', 'AWSBudgets'),
  CertificateManager: service('Certificate Manager', 'AWSCertificateManager'),
  CloudFormation: service('CloudFormation', 'AWSCloudFormation'),
  CloudFront: service('CloudFront', 'AmazonCloudFront'),
  CloudTrail: service('CloudTrail', 'AWSCloudTrail'),
  CloudWatch: service('CloudWatch', 'AmazonCloudWatch'),
  CodeBuild: service('CodeBuild', 'AWSCodeBuild'),
  CodeCommit: service('CodeCommit', 'AWSCodeCommit'),
  CodeDeploy: service('CodeDeploy', 'AWSCodeDeploy'),
  CodePipeline: service('CodePipeline', 'AWSCodePipeline'),
  Cognito: service('Cognito', 'AmazonCognito'),
  Config: service('Config', 'AWSConfig'),
  DAX: resource('DynamoDB Accelerator', 'AmazonDynamoDBAmazonDynamoDBAccelerator'),
  DMS: service('Database Migration Service', 'AWSDatabaseMigrationService'),
  DataSync: service('DataSync', 'AWSDataSync'),
  DirectoryService: service('Directory Service', 'AWSDirectoryService'),
  DocDB: service('DocumentDB', 'AmazonDocumentDB'),
  DynamoDB: service('DynamoDB', 'AmazonDynamoDB'),
  EC2: service('EC2', 'AmazonEC2'),
  ECR: service('Elastic Container Registry', 'AmazonElasticContainerRegistry'),
  ECS: service('Elastic Container Service', 'AmazonElasticContainerService'),
  EFS: service('EFS', 'AmazonEFS'),
  EKS: service('EKS', 'AmazonElasticKubernetesService'),
  EMR: service('EMR', 'AmazonEMR'),
  ElastiCache: service('ElastiCache', 'AmazonElastiCache'),
  ElasticLoadBalancing: service('Elastic Load Balancing', 'ElasticLoadBalancing'),
  ElasticLoadBalancingV2: service('Elastic Load Balancing', 'ElasticLoadBalancing'),
  Elasticsearch: service('OpenSearch', 'AmazonOpenSearchService'),
  Events: service('EventBridge', 'AmazonEventBridge'),
  FIS: service('Fault Injection Service', 'AWSFaultInjectionService'),
  FSx: service('FSx', 'AmazonFSx'),
  GlobalAccelerator: service('Global Accelerator', 'AWSGlobalAccelerator'),
  Glue: service('Glue', 'AWSGlue'),
  GuardDuty: service('GuardDuty', 'AmazonGuardDuty'),
  IAM: service('IAM', 'AWSIdentityandAccessManagement'),
  Inspector: service('Inspector', 'AmazonInspector'),
  IoT: service('IoT Core', 'AWSIoTCore'),
  KMS: service('KMS', 'AWSKeyManagementService'),
  Kinesis: service('Kinesis', 'AmazonKinesisDataStreams'),
  KinesisAnalyticsV2: service('Managed Service for Apache Flink', 'AmazonManagedServiceforApacheFlink'),
  KinesisFirehose: service('Data Firehose', 'AmazonDataFirehose'),
  Lambda: service('Lambda', 'AWSLambda'),
  Logs: resource('CloudWatch Logs', 'AmazonCloudWatchLogs'),
  MSK: service('Managed Streaming for Kafka', 'AmazonManagedStreamingforApacheKafka'),
  Macie: service('Macie', 'AmazonMacie'),
  MemoryDB: service('MemoryDB', 'AmazonMemoryDB'),
  Neptune: service('Neptune', 'AmazonNeptune'),
  NetworkFirewall: service('Network Firewall', 'AWSNetworkFirewall'),
  NetworkManager: service('Cloud WAN', 'AWSCloudWAN'),
  OpenSearchServerless: service('OpenSearch', 'AmazonOpenSearchService'),
  OpenSearchService: service('OpenSearch', 'AmazonOpenSearchService'),
  Organizations: service('Organizations', 'AWSOrganizations'),
  Pipes: resource('EventBridge Pipes', 'AmazonEventBridgePipes'),
  RAM: service('Resource Access Manager', 'AWSResourceAccessManager'),
  RDS: service('RDS', 'AmazonRDS'),
  Redshift: service('Redshift', 'AmazonRedshift'),
  RedshiftServerless: service('Redshift', 'AmazonRedshift'),
  Route53: service('Route 53', 'AmazonRoute53'),
  Route53RecoveryControl: service('Application Recovery Controller', 'AmazonApplicationRecoveryController'),
  Route53Resolver: resource('Route 53 Resolver', 'AmazonRoute53Resolver'),
  S3: service('S3', 'AmazonSimpleStorageService'),
  S3Tables: resource('S3 Tables', 'AmazonSimpleStorageServiceS3Tables'),
  SES: service('SES', 'AmazonSimpleEmailService'),
  SNS: service('SNS', 'AmazonSimpleNotificationService'),
  SQS: service('SQS', 'AmazonSimpleQueueService'),
  SSM: service('Systems Manager', 'AWSSystemsManager'),
  SSO: service('IAM Identity Center', 'AWSIAMIdentityCenter'),
  SageMaker: service('SageMaker', 'AmazonSageMaker'),
  Scheduler: resource('EventBridge Scheduler', 'AmazonEventBridgeScheduler'),
  SecretsManager: service('Secrets Manager', 'AWSSecretsManager'),
  SecurityHub: service('Security Hub', 'AWSSecurityHub'),
  ServiceCatalog: service('Service Catalog', 'AWSServiceCatalog'),
  ServiceDiscovery: service('Cloud Map', 'AWSCloudMap'),
  Signer: service('Signer', 'AWSSigner'),
  StepFunctions: service('Step Functions', 'AWSStepFunctions'),
  Timestream: service('Timestream', 'AmazonTimestream'),
  Transfer: service('Transfer Family', 'AWSTransferFamily'),
  VpcLattice: service('VPC Lattice', 'AmazonVPCLattice'),
  WAFv2: service('WAF', 'AWSWAF'),
  XRay: service('X-Ray', 'AWSXRay'),
};

export const GENERIC_ICON = 'resource/GenericApplication';
export const INTERNET_ICON = 'resource/Internetalt1';
export const SITE_ICON = 'resource/Officebuilding';
export const ALARM_ICON = 'resource/AmazonCloudWatchAlarm';

/** `AWS::Kinesis::StreamConsumer` is called `Stream consumer`, with the icon of Kinesis. */
export function typeInfo(type: string): TypeInfo {
  const known = TYPES[type];
  if (known) return known;
  const [, service = '', ...rest] = type.split('::');
  const words = (rest.at(-1) ?? service).replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  const icon = SERVICES[service]?.icon ?? GENERIC_ICON;
  return { name: words === '' ? type : words.charAt(0) + words.slice(1).toLowerCase(), icon };
}

/** The name of a resource type's service: `Lambda` for `AWS::Lambda::Function`. Undefined for custom resources. */
export function serviceName(type: string): string | undefined {
  const [vendor, service = ''] = type.split('::');
  if (vendor !== 'AWS' || service === 'CDK') return undefined;
  if (/^AWS::EC2::(?!Instance|LaunchTemplate|EIP|KeyPair|Volume)/.test(type)) return 'VPC';
  return SERVICES[service]?.name ?? service;
}
