// A class that differs in pattern too, for readers who do not tell the colours apart.
export function hatch(colour, ground) {
  const size = 16;
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = canvas.getContext("2d");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = colour;
  pen.lineWidth = 5.5;
  for (const x of [-size, 0, size]) {
    pen.beginPath();
    pen.moveTo(x - 2, size + 2);
    pen.lineTo(x + size + 2, -2);
    pen.stroke();
  }
  return pen.getImageData(0, 0, size, size);
}
