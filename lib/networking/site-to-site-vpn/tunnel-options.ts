import type { CfnVPNConnection } from 'aws-cdk-lib/aws-ec2';

const values = <T>(...list: readonly T[]) => list.map((value) => ({ value }));

/** Elliptic curves of 384 and 521 bits. */
const GROUPS = values(20, 21);
const ENCRYPTION = values('AES256-GCM-16');
const INTEGRITY = values('SHA2-384', 'SHA2-512');

/**
 * What AWS accepts of a router: by its defaults that would include IKEv1, AES-128, SHA-1 and the 1024 bits of group 2.
 * No key is here: AWS makes one for each tunnel.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html
 */
export const TUNNEL_OPTIONS: CfnVPNConnection.VpnTunnelOptionsSpecificationProperty = {
  ikeVersions: values('ikev2'),
  phase1EncryptionAlgorithms: ENCRYPTION,
  phase1IntegrityAlgorithms: INTEGRITY,
  phase1DhGroupNumbers: GROUPS,
  phase2EncryptionAlgorithms: ENCRYPTION,
  phase2IntegrityAlgorithms: INTEGRITY,
  phase2DhGroupNumbers: GROUPS,
  // AWS brings a tunnel up, and up again, without waiting for traffic from the other side.
  startupAction: 'start',
  dpdTimeoutAction: 'restart',
};
