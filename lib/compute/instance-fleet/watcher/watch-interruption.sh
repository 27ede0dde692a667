#!/usr/bin/env bash
# Stops fleet.service when EC2 is about to interrupt this Spot Instance, so that it can finish what it is doing.
# The notice comes two minutes before. AWS recommends to ask every 5 seconds:
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
set -uo pipefail

metadata=${METADATA:-http://169.254.169.254/latest}

# A token for each question: one that expires between two questions would hide a notice.
notice() {
  local token
  token=$(curl --fail --silent --max-time 2 --request PUT \
    --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token") || return 1
  # 404 while there is no notice, and on On-Demand Instances.
  curl --fail --silent --max-time 2 \
    --header "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/spot/instance-action"
}

until action=$(notice); do sleep "${INTERVAL:-5}"; done
echo "EC2 interrupts this instance: $action"
systemctl stop fleet.service
