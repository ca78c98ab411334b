// Operation of a photo, as it is sent when its pictures are on the hub. Made out of what this tablet keeps, by sync/photo/outbox.ts.
import type { PhotoOp, Variant } from '../../domain/photo';
import { nameFrom } from '../../domain/text';
import type { KeptPhoto } from './records';

/** As it is sent. */
export function operationOf(photo: KeptPhoto): PhotoOp {
  const { id, at, name, taken_at_ms, technician_id, technician_name, device_id, marked_at_ms, ack } = photo;
  const variants = photo.files.map(({ class: of, sha256, bytes, type, width, height }): Variant => ({
    ...{ class: of, sha256: sha256 ?? '', bytes, type },
    ...(width !== undefined && height !== undefined && { width, height }),
  }));
  return {
    ...{ id, kind: 'photo' as const, at, variants, technician_id, device_id, marked_at_ms },
    technician_name: nameFrom(technician_name),
    ...(name !== null && { name: name.slice(0, 200) }),
    ...(taken_at_ms !== null && { taken_at_ms }),
    ...(photo.picture_kind !== undefined && { picture_kind: photo.picture_kind }),
    ...(ack?.stamp !== undefined && { stamp: ack.stamp }),
  };
}
