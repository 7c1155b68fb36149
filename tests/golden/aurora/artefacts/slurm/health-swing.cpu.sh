#!/bin/sh
# Drains this node, with a reason, when something that jobs need is broken, and resumes it when that was the reason.
# A drain that someone else set is left as it is.
node=$(hostname -s)
broken=
for path in / /home /scratch; do
  # stat of a dead network file system would hang: it gets a deadline. The dot makes an automount mount (stat(2)).
  timeout 10 stat -t "$path/." >/dev/null 2>&1 || broken="$broken $path is not reachable,"
done
if probe=$(timeout 10 mktemp /tmp/twinstack-health.XXXXXX); then
  # A full file system still takes an empty file.
  timeout 10 dd if=/dev/zero of="$probe" bs=64k count=1 conv=fsync 2>/dev/null ||
    broken="$broken /tmp is full or fails,"
  rm -f "$probe"
else
  broken="$broken /tmp is not writable,"
fi
timeout 10 munge -n >/dev/null 2>&1 || broken="$broken munge does not answer,"

record=$(scontrol --oneliner show node "$node")
case $record in
*"Reason=twinstack: health:"*) ours=yes drained=yes ;;
*" State="*DRAIN*) ours=no drained=yes ;;
*) ours=no drained=no ;;
esac
if [ -n "$broken" ] && [ "$drained" = no ]; then
  exec scontrol update NodeName="$node" State=DRAIN Reason="twinstack: health:${broken%,}"
fi
if [ -z "$broken" ] && [ "$ours" = yes ]; then
  exec scontrol update NodeName="$node" State=RESUME
fi
