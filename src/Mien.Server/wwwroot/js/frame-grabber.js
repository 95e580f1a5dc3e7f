// Takes pictures of the frame that a video element shows.

/** Takes JPEG pictures of a video, with at most maxSide pixels on the longer side. */
export class FrameGrabber {
  #canvas = document.createElement('canvas');

  constructor({ maxSide, quality }) {
    this.maxSide = maxSide;
    this.quality = quality;
  }

  /** Resolves with the frame that is shown during the call, or with null if the browser cannot encode it. */
  grab(video) {
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, this.maxSide / Math.max(videoWidth, videoHeight));
    const [width, height] = [videoWidth, videoHeight].map((side) => Math.max(1, Math.round(side * scale)));
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
    }

    this.#canvas.getContext('2d').drawImage(video, 0, 0, width, height);
    return new Promise((resolve) => {
      this.#canvas.toBlob(resolve, 'image/jpeg', this.quality);
    });
  }
}
