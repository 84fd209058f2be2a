// Show at once which pictures were chosen: a file field alone says too little on a phone.
const line = document.querySelector("[data-picked]");
const fields = [...document.querySelectorAll("input[type=file]")];

function shots() {
  line.replaceChildren();
  for (const file of fields.flatMap((field) => [...field.files])) {
    const picture = document.createElement("img");
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    picture.onload = () => URL.revokeObjectURL(picture.src);
    const frame = document.createElement("span");
    frame.className = "thumb thumb-l";
    frame.append(picture);
    line.append(frame);
  }
  line.hidden = !line.childElementCount;
}

for (const field of fields) field.addEventListener("change", shots);
