// A new code each second. A code that is not of this second is taken away: a camera that films it would learn a wrong time.
const code = document.getElementById('code');
const away = document.getElementById('away');
const period = 1000;
const lateAfter = 700;

const show = isGood => {
  code.hidden = !isGood;
  away.hidden = isGood;
};

const next = async () => {
  const asked = performance.now();
  const picture = new Image();
  picture.src = `/dock/clock.svg?${Math.round(performance.timeOrigin + asked)}`;
  try {
    await picture.decode();
    if (performance.now() - asked > lateAfter) throw new Error('late');
    code.src = picture.src;
    await code.decode();
    show(true);
  } catch {
    show(false);
  }
};

const idle = 120_000;
setInterval(next, period);
setTimeout(() => location.assign('/dock'), idle);
next();
