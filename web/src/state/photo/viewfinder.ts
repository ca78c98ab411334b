// Viewfinder (getUserMedia), where the page comes over HTTPS: the tablet's camera as a stream, and single shots of it as files. Used by
// ui/photo/PhotoCamera.svelte; elsewhere the tablet's own camera is opened by a file input.

/** Of the types that come with TypeScript it is not yet one. */
interface Shooter {
  takePhoto(): Promise<Blob>;
}
type ShooterOf = new (track: MediaStreamTrack) => Shooter;

const SHOT_MS = 5_000;
const QUALITY = 0.92;

export const hasViewfinder = (): boolean =>
  isSecureContext && typeof (navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia === 'function';

/** As large as it gets, of the camera that looks away from whoever holds the tablet. */
export const openCamera = (): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: 'environment', width: { ideal: 4_096 }, height: { ideal: 3_072 } },
  });

export const closeCamera = (stream: MediaStream | null): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

/** Has this camera a lamp? */
export const hasLamp = (stream: MediaStream): boolean => {
  const track = stream.getVideoTracks()[0];
  const can = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  return can?.torch === true;
};

export async function setLamp(stream: MediaStream, on: boolean): Promise<void> {
  await stream
    .getVideoTracks()[0]
    ?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
}

/** A picture by the camera itself, with all that its sensor has; where that gives nothing, of what is seen. */
export async function shoot(stream: MediaStream, video: HTMLVideoElement): Promise<File> {
  const blob = (await byCamera(stream).catch(() => null)) ?? (await bySight(video));
  const { lastModified } = new File([], '');
  return new File([blob], `IMG_${new Date(lastModified).toISOString().replace(/\D/g, '').slice(0, 14)}.jpg`, {
    type: 'image/jpeg',
    lastModified,
  });
}

async function byCamera(stream: MediaStream): Promise<Blob | null> {
  const { ImageCapture } = globalThis as { ImageCapture?: ShooterOf };
  const track = stream.getVideoTracks()[0];
  if (!ImageCapture || !track) return null;
  const blob = await Promise.race([
    new ImageCapture(track).takePhoto(),
    new Promise<null>((done) => setTimeout(done, SHOT_MS, null)),
  ]);
  return blob?.type === 'image/jpeg' ? blob : null;
}

async function bySight(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, 'image/jpeg', QUALITY);
  });
  if (!blob || canvas.width === 0) throw new Error('the camera shows nothing');
  return blob;
}
